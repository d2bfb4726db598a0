import type { ReactElement, ReactNode } from "react";
import { type Severity, severityLabel } from "#lib/domain/severity.ts";
import { type Status, statusLabel } from "#lib/domain/status.ts";

const glyphs: Record<Severity, { shape: ReactElement; colour: string }> = {
  high: { shape: <path d="M8 1.5 15 14.5H1z" fill="currentColor" />, colour: "text-high" },
  medium: { shape: <path d="M8 1 15 8 8 15 1 8z" fill="currentColor" />, colour: "text-medium" },
  low: { shape: <circle cx="8" cy="8" r="6" fill="currentColor" />, colour: "text-low" },
  informational: {
    shape: (
      <>
        <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 7v4.2M8 4.4v1.2" stroke="currentColor" strokeWidth="1.6" />
      </>
    ),
    colour: "text-informational",
  },
  unknown: {
    shape: <path d="M2 8h12" stroke="currentColor" strokeWidth="2" strokeDasharray="3 2" />,
    colour: "text-muted",
  },
};

/** A severity as a symbol with a word and a colour, so that nobody depends on the colour. */
export function SeverityMark({ severity }: { severity: Severity }) {
  const { shape, colour } = glyphs[severity];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium ${colour}`}>
      <svg aria-hidden="true" width="13" height="13" viewBox="0 0 16 16" className="shrink-0">
        {shape}
      </svg>
      {severityLabel[severity]}
    </span>
  );
}

const statusColours: Record<Status, string> = {
  active: "border-active text-active",
  in_progress: "border-progress text-progress",
  resolved: "border-success text-success",
  dismissed: "border-line text-muted",
  unknown: "border-line text-muted",
};

/** A status in an outlined pill. The outline sets it apart from a severity. */
export function StatusPill({ status }: { status: Status }) {
  return (
    <span
      className={`inline-block rounded-full border px-2 py-0.5 text-xs font-medium whitespace-nowrap ${statusColours[status]}`}
    >
      {statusLabel[status]}
    </span>
  );
}

export function Chip({ children, tone }: { children: ReactNode; tone?: "warning" }) {
  return (
    <span
      className={`inline-block rounded border px-1.5 py-0.5 text-xs ${tone ? "border-medium text-medium" : "border-line text-muted"}`}
    >
      {children}
    </span>
  );
}
