import type { ReactNode } from "react";

const tones = {
  info: "border-accent",
  warning: "border-medium",
  danger: "border-danger",
  success: "border-success",
};

/** A box that says what happened, what it means and what to do. */
export function Notice({
  tone = "info",
  title,
  children,
}: {
  tone?: keyof typeof tones;
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className={`rounded-md border border-l-4 bg-raised p-3 text-sm ${tones[tone]}`}>
      <p className="font-medium">{title}</p>
      {children ? <div className="mt-1 text-muted">{children}</div> : null}
    </div>
  );
}
