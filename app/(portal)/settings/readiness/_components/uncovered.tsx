"use client";

import { Notice } from "#components/ui/notice.tsx";
import { useHydrated } from "#components/ui/now.ts";
import { severityLabel } from "#lib/domain/severity.ts";
import type { Reachability } from "#lib/alerting/devices/reachability.ts";

type CoverageGaps = Reachability["coverageGaps"];
const weekHours = 168;

/** The hours in which an alert would notify nobody, by severity, in the reader's time zone. */
export function Uncovered({ coverageGaps }: { coverageGaps: CoverageGaps }) {
  const hydrated = useHydrated();
  if (coverageGaps.length === 0)
    return (
      <Notice tone="success" title="None">
        At every hour, somebody with a verified device would be notified, for each severity that somebody on
        call chose.
      </Notice>
    );
  return (
    <div className="space-y-3">
      {coverageGaps.map(({ severity, configurations, gaps, hours }) => (
        <Notice
          key={`${severity} ${configurations.join()}`}
          tone={severity === "high" ? "danger" : "warning"}
          title={`${severityLabel[severity]}: ${hours >= weekHours ? "the whole week" : hours === 1 ? "1 hour" : `${hours} hours`}`}
        >
          <p className="break-words">
            {configurations.join(", ")}
            {severity === "high"
              ? ". During gaps, High alerts go to devices that aren't verified, if there are any, otherwise to the admins."
              : ". During gaps, these alerts go to devices that aren't verified, if somebody with one is on shift. Everybody else gets them when their hours begin."}
          </p>
          {hours >= weekHours ? null : (
            <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 tabular-nums">
              {gaps.map(({ from, until }) => (
                <li key={from}>{gapText(from, until, hydrated ? undefined : "UTC")}</li>
              ))}
            </ul>
          )}
        </Notice>
      ))}
      {hydrated && coverageGaps.some(({ hours }) => hours < weekHours) ? (
        <p className="text-muted">Times in {Intl.DateTimeFormat().resolvedOptions().timeZone}.</p>
      ) : null}
    </div>
  );
}

/** The hours of a gap as text: "Sun 28 Jun 02:00–06:00". For a gap that ends on another day, the text names both days. */
function gapText(from: string, until: string, timeZone: string | undefined): string {
  const of = (iso: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(new Date(iso));
  const day = { weekday: "short", day: "numeric", month: "short" } as const;
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  const last = of(until, day) === of(from, day) ? "" : `${of(until, { weekday: "short" })} `;
  return `${of(from, day)} ${of(from, time)}–${last}${of(until, time)}`;
}
