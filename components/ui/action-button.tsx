"use client";

import { Button, type ButtonProps } from "./button.tsx";

type Props = Omit<ButtonProps, "type" | "onClick" | "form" | "className"> & {
  /** CSS classes of the form around the button */
  className?: string;
  /** called when the button is pressed; must not throw */
  onAct: () => void;
};

/**
 * A button that acts without asking for confirmation. It submits a form of its own, so that a press before the page's
 * scripts have loaded isn't lost. Therefore the button can't be inside another form.
 */
export function ActionButton({ onAct, className = "", ...button }: Props) {
  return (
    <form action={onAct} className={`inline-flex ${className}`}>
      <Button type="submit" className="grow" {...button} />
    </form>
  );
}
