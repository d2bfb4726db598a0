"use client";

import { Button, type ButtonProps } from "./button.tsx";

type Props = Omit<ButtonProps, "type" | "onClick" | "form" | "className"> & {
  /** classes for its position */
  className?: string;
  /** called on press; must not throw, like `run` of useAction */
  onAct: () => void;
};

/**
 * A button that acts without a question. It submits its own form, because React replays submits that happen before the
 * page's scripts have loaded, but not clicks. It can't be inside another form.
 */
export function ActionButton({ onAct, className = "", ...button }: Props) {
  return (
    <form action={onAct} className={`inline-flex ${className}`}>
      <Button type="submit" className="grow" {...button} />
    </form>
  );
}
