import type { ReactNode } from "react";

const tones = {
  info: "border-accent",
  warning: "border-medium-bar",
  danger: "border-danger",
  success: "border-success",
};

type Props = {
  tone?: keyof typeof tones | undefined;
  title: string;
  /** whether the notice is a strip over a list, as low as its text allows, and not a box */
  isStrip?: boolean;
  children?: ReactNode;
};

/** A box or a strip that says what happened, what it means and what to do. */
export function Notice({ tone = "info", title, isStrip = false, children }: Props) {
  if (isStrip)
    return (
      <div
        className={`flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-l-[3px] bg-raised px-4 py-1 text-[0.8125rem]/5 shadow-[inset_0_-1px_var(--line)] ${tones[tone]}`}
      >
        <p className="font-medium">{title}</p>
        {children ? <div className="min-w-0 text-muted">{children}</div> : null}
      </div>
    );
  return (
    <div className={`rounded-md border border-l-4 bg-raised p-3 text-sm ${tones[tone]}`}>
      <p className="font-medium">{title}</p>
      {children ? <div className="mt-1 text-muted">{children}</div> : null}
    </div>
  );
}
