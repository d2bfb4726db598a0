import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { twMerge } from "tailwind-merge";

export const buttonStyle = cva(
  "inline-flex min-h-11 cursor-pointer items-center justify-center gap-2 rounded-md px-4 text-sm font-medium disabled:cursor-not-allowed disabled:opacity-55 md:min-h-9",
  {
    variants: {
      tone: {
        primary: "bg-accent text-accent-ink hover:opacity-90",
        quiet: "border border-line bg-raised text-ink hover:border-muted",
        danger: "border border-danger bg-raised text-danger hover:bg-surface",
      },
    },
    defaultVariants: { tone: "quiet" },
  },
);

export function Button({
  tone,
  className,
  type = "button",
  ...rest
}: ComponentProps<"button"> & VariantProps<typeof buttonStyle>) {
  return <button type={type} className={twMerge(buttonStyle({ tone }), className)} {...rest} />;
}
