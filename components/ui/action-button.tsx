"use client";

import { Button, type ButtonProps } from "./button.tsx";

type Props = Omit<ButtonProps, "type" | "onClick" | "form" | "className"> & {
  /** where it stands among others */
  className?: string;
  /** what the press does; it never throws, as `run` of useAction doesn't */
  onAct: () => void;
};

/**
 * A button that acts at once. It submits a form of its own, since React carries out what was submitted before the page's
 * scripts had come, as it doesn't with a click. It can't stand in another form.
 */
export function ActionButton({ onAct, className = "", ...button }: Props) {
  return (
    <form action={onAct} className={`inline-flex ${className}`}>
      <Button type="submit" className="grow" {...button} />
    </form>
  );
}
