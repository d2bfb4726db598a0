import { type Severity, severityLabel } from "#lib/domain/severity.ts";
import { type Status, statusLabel } from "#lib/domain/status.ts";

const glyphs: Record<Severity, { glyph: string; colour: string }> = {
  high: { glyph: "▲", colour: "text-high" },
  medium: { glyph: "◆", colour: "text-medium" },
  low: { glyph: "●", colour: "text-low" },
  informational: { glyph: "ⓘ", colour: "text-informational" },
  unknown: { glyph: "?", colour: "text-muted" },
};

/** Severity by shape, word and colour: never by colour alone. */
export function SeverityMark({ severity }: { severity: Severity }) {
  const { glyph, colour } = glyphs[severity];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium ${colour}`}>
      <span aria-hidden="true">{glyph}</span>
      {severityLabel[severity]}
    </span>
  );
}

/** Status as an outlined pill, another channel than severity. */
export function StatusPill({ status }: { status: Status }) {
  return (
    <span className="inline-block whitespace-nowrap rounded-full border border-line px-2 py-0.5 text-xs text-ink">
      {statusLabel[status]}
    </span>
  );
}

export function Chip({ children }: { children: string }) {
  return (
    <span className="inline-block rounded border border-line px-1.5 py-0.5 text-xs text-muted">
      {children}
    </span>
  );
}
