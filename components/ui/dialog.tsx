"use client";

import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";

type Props = {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** `sheet`: a dialog that rises from the bottom on phones */
  shape?: "box" | "sheet";
};

/**
 * The browser's own modal dialog. The dialog keeps the focus inside and closes on Escape. The focus then returns to the
 * element that had it before.
 */
export function Dialog({ title, onClose, children, shape = "box" }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // before the browser paints and before React removes the dialog, or the focus would be lost with it
  useLayoutEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const place =
    shape === "sheet"
      ? "mx-0 mt-auto mb-0 w-full max-w-none rounded-t-2xl pb-[env(safe-area-inset-bottom)] md:m-auto md:w-full md:max-w-lg md:rounded-xl"
      : "m-auto w-[calc(100%-1.5rem)] max-w-lg rounded-xl";
  return (
    // a click on the backdrop closes the dialog for pointers; keyboards have Escape
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      className={`max-h-[90dvh] overflow-y-auto border border-line bg-raised p-0 text-ink shadow-xl backdrop:bg-black/45 ${place}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className="p-5">
        <div className="mb-3 flex items-start gap-3">
          <h2 id={titleId} className="min-w-0 flex-1 text-base font-semibold break-words">
            {title}
          </h2>
          <button
            type="button"
            aria-label="Close"
            onClick={onClose}
            className="-m-2 inline-flex size-11 cursor-pointer items-center justify-center rounded-md text-muted hover:text-ink md:size-9"
          >
            <X aria-hidden="true" size={18} />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
