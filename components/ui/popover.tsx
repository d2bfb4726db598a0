"use client";

import { type ReactNode, type ToggleEvent, useId, useRef } from "react";
import { buttonStyle } from "./button.tsx";

const gapPx = 6;

type Props = {
  /** the panel's accessible name */
  label: string;
  /** the button's content */
  button: ReactNode;
  children: ReactNode;
};

/**
 * A button with a panel below it. The browser itself opens and closes the panel, so the button works before the page's
 * scripts have loaded. Opening moves the focus to the panel's first field; closing returns the focus to the button.
 */
export function Popover({ label, button, children }: Props) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const place = ({ currentTarget: panel }: ToggleEvent<HTMLDialogElement>) => {
    const rect = opener.current?.getBoundingClientRect();
    if (!rect) return;
    // its width is known only once it is shown
    const mostLeft = document.documentElement.clientWidth - panel.offsetWidth - gapPx;
    panel.style.left = `${scrollX + Math.max(0, Math.min(rect.left, mostLeft))}px`;
    panel.style.top = `${scrollY + rect.bottom + gapPx}px`;
  };
  const enter = (event: ToggleEvent<HTMLDialogElement>) => {
    if (event.newState !== "open") return;
    place(event);
    event.currentTarget.querySelector<HTMLElement>("input, button, a")?.focus({ preventScroll: true });
  };
  return (
    <>
      <button ref={opener} type="button" popoverTarget={id} aria-haspopup="dialog" className={buttonStyle()}>
        {button}
      </button>
      <dialog
        id={id}
        popover="auto"
        aria-label={label}
        onBeforeToggle={place}
        onToggle={enter}
        className="absolute inset-auto max-h-96 min-w-56 overflow-y-auto rounded-lg border border-line bg-raised p-2 text-ink shadow-lg"
      >
        {children}
      </dialog>
    </>
  );
}
