import type { ReactElement, ReactNode } from "react";
import { type Severity, severityLabel } from "#lib/domain/severity.ts";
import { type Status, statusLabel } from "#lib/domain/status.ts";

const triangle = <path d="M7 1.2 13.6 12.8H.4z" fill="currentColor" strokeLinejoin="round" />;
const severityGlyphs: Record<Severity, { shape: ReactElement; text: string; mark: string; bar: string }> = {
  high: { shape: triangle, text: "text-high", mark: "text-high", bar: "bg-high" },
  medium: {
    shape: <path d="M7 .8 13.2 7 7 13.2.8 7z" fill="currentColor" />,
    text: "text-medium",
    mark: "text-medium-bar",
    bar: "bg-medium-bar",
  },
  low: {
    shape: <circle cx="7" cy="7" r="4.8" fill="currentColor" />,
    text: "text-low",
    mark: "text-low",
    bar: "bg-low",
  },
  informational: {
    shape: (
      <>
        <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="1.4" />
        <path d="M7 6.3v3.2M7 4.1v1.1" stroke="currentColor" strokeWidth="1.4" />
      </>
    ),
    text: "text-informational",
    mark: "text-informational",
    bar: "bg-informational",
  },
  // it counts as High until it is known
  unknown: {
    shape: (
      <>
        {triangle}
        <path d="M7 5v3.4M7 9.7v1.1" stroke="var(--raised)" strokeWidth="1.3" />
      </>
    ),
    text: "text-high",
    mark: "text-high",
    bar: "bg-high",
  },
};

/** The CSS class of the bar at a row's left edge. */
export const severityBar = (severity: Severity): string => severityGlyphs[severity].bar;

/** A severity as a symbol of its own shape and colour. Its word is for screen readers and in the tooltip. */
export function SeverityGlyph({ severity }: { severity: Severity }) {
  const { shape, mark } = severityGlyphs[severity];
  return (
    <span title={severityLabel[severity]} className={`inline-flex shrink-0 ${mark}`}>
      <svg aria-hidden="true" width="14" height="14" viewBox="0 0 14 14">
        {shape}
      </svg>
      <span className="sr-only">{severityLabel[severity]}</span>
    </span>
  );
}

/** A severity as a symbol with a word and a colour, so that nobody depends on the colour. */
export function SeverityMark({ severity }: { severity: Severity }) {
  const { shape, text, mark } = severityGlyphs[severity];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium ${text}`}>
      <svg aria-hidden="true" width="14" height="14" viewBox="0 0 14 14" className={`shrink-0 ${mark}`}>
        {shape}
      </svg>
      {severityLabel[severity]}
    </span>
  );
}

const ring = <circle cx="7" cy="7" r="5.25" />;
/** the statuses differ by shape, not by hue */
const statusGlyphs: Record<Status, ReactElement> = {
  active: ring,
  in_progress: (
    <>
      {ring}
      <path d="M7 3.9a3.1 3.1 0 0 1 0 6.2z" fill="currentColor" stroke="none" />
    </>
  ),
  resolved: (
    <>
      {ring}
      <path d="m4.6 7.1 1.7 1.8 3.2-3.6" />
    </>
  ),
  dismissed: (
    <>
      {ring}
      <path d="m3.6 10.4 6.8-6.8" />
    </>
  ),
  unknown: (
    <>
      {ring}
      <path d="M7 4.2v3.4M7 9.2v.6" />
    </>
  ),
};

function StatusIcon({ status }: { status: Status }) {
  return (
    <svg
      aria-hidden="true"
      width="14"
      height="14"
      viewBox="0 0 14 14"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="shrink-0"
    >
      {statusGlyphs[status]}
    </svg>
  );
}

/** A status as a symbol. Its word is for screen readers and in the tooltip. */
export function StatusGlyph({ status, className = "text-field" }: { status: Status; className?: string }) {
  return (
    <span title={statusLabel[status]} className={`inline-flex shrink-0 ${className}`}>
      <StatusIcon status={status} />
      <span className="sr-only">{statusLabel[status]}</span>
    </span>
  );
}

/** A status as a symbol with its word. */
export function StatusMark({ status }: { status: Status }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-muted">
      <StatusIcon status={status} />
      {statusLabel[status]}
    </span>
  );
}

/** A person as the first letter of the name in a circle. `isMine`: it is the reader. */
export function Avatar({ name, isMine }: { name: string; isMine: boolean }) {
  return (
    <span
      title={isMine ? `${name} (you)` : name}
      className={`inline-grid size-5 shrink-0 place-items-center rounded-full text-[0.625rem] leading-none font-semibold ${isMine ? "bg-accent text-accent-ink" : "bg-hit text-raised"}`}
    >
      <span aria-hidden="true">{name.trim().slice(0, 1).toUpperCase()}</span>
      <span className="sr-only">{isMine ? "Yours" : `${name} owns it`}</span>
    </span>
  );
}

/** A person who owned a detection and was silent for too long: the first letter of the name in a hollow circle. */
export function SilentAvatar({ name }: { name: string }) {
  return (
    <span
      title={`${name}, silent`}
      className="inline-grid size-5 shrink-0 place-items-center rounded-full border border-hit text-[0.625rem] leading-none font-semibold text-hit"
    >
      <span aria-hidden="true">{name.trim().slice(0, 1).toUpperCase()}</span>
      <span className="sr-only">{`${name} owned it and was silent`}</span>
    </span>
  );
}

const chipTones = {
  plain: "bg-faint text-muted",
  warning: "bg-faint text-medium",
  danger: "bg-faint text-danger",
};

export function Chip({ children, tone = "plain" }: { children: ReactNode; tone?: keyof typeof chipTones }) {
  return (
    <span
      className={`inline-flex h-5 items-center rounded-full px-2 text-xs font-medium whitespace-nowrap ${chipTones[tone]}`}
    >
      {children}
    </span>
  );
}
