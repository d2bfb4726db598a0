import type { ComponentProps } from "react";

const tones = {
  primary: "bg-accent text-accent-ink hover:opacity-90",
  quiet: "border border-line bg-raised text-ink hover:border-muted",
  danger: "border border-danger bg-raised text-danger hover:bg-surface",
};
const shapes = {
  regular: "rounded-md px-4 md:px-3",
  /** a button that shows only its icon */
  icon: "w-11 shrink-0 rounded-md px-0 md:w-8",
  pill: "rounded-full px-4",
};

export type ButtonLook = { tone?: keyof typeof tones | undefined; shape?: keyof typeof shapes | undefined };
export type ButtonProps = ComponentProps<"button"> & ButtonLook;

/** The CSS classes of a button, for links that look like a button. */
export function buttonStyle({ tone = "quiet", shape = "regular" }: ButtonLook = {}): string {
  return `inline-flex min-h-11 cursor-pointer items-center justify-center gap-2 text-sm font-medium disabled:cursor-not-allowed disabled:opacity-55 md:min-h-8 ${shapes[shape]} ${tones[tone]}`;
}

/** A button. `className` adds CSS classes to the button's own classes. */
export function Button({ tone, shape, className = "", type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={`${buttonStyle({ tone, shape })} ${className}`} {...rest} />;
}
