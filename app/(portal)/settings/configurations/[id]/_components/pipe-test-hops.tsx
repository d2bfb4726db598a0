"use client";

import { Check, Clock, Minus, TriangleAlert, X } from "lucide-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import { PlaceText } from "#components/ui/place-text.tsx";
import type { Hop } from "#lib/ingest/pipe-tests/hop.ts";
import type { Sample } from "#lib/ingest/pipe-tests/hops.ts";
import type { Screen } from "./use-pipe-test.ts";

const marks = {
  passed: { Mark: Check, colour: "text-success", word: "Passed" },
  waiting: { Mark: Clock, colour: "text-muted", word: "Waiting" },
  refused: { Mark: TriangleAlert, colour: "text-medium", word: "Refused" },
  missing: { Mark: X, colour: "text-danger", word: "Missing" },
  skipped: { Mark: Minus, colour: "text-muted", word: "Not tested" },
  ended: { Mark: Clock, colour: "text-muted", word: "Not reached" },
};
const tickMs = 200;
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/**
 * The steps of a pipe test, called hops, each with the time at which the samples reached it. The time of an awaited hop
 * keeps counting.
 */
export function Hops(props: { hops: Hop[]; beganMs: number; screen: Screen | null; busy: boolean }) {
  const { hops, beganMs, busy } = props;
  const stored = hops.findIndex(({ id }) => id === "stored") + 1;
  // measured by the browser, whose beginning is later than the server's: never before what it shows was stored
  const shownMs = props.screen?.ms ?? null;
  const screen = {
    id: "screen",
    label: "On this screen",
    afterMs: shownMs === null ? null : Math.max(shownMs, hops[stored - 1]?.afterMs ?? 0),
    reason: null,
    state: props.screen ? ("passed" as const) : ("waiting" as const),
  };
  const all = [...hops.slice(0, stored), screen, ...hops.slice(stored)];
  return (
    <ol aria-label="Pipe test" className="space-y-2 rounded-md border border-line bg-raised p-4">
      {all.map(({ id, label, state, afterMs, reason }) => {
        const { Mark, colour, word } = marks[state === "waiting" && !busy ? "ended" : state];
        return (
          <li key={id} className="flex gap-2">
            <Mark aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${colour}`} />
            <div className="min-w-0 flex-1">
              <p className="flex gap-2">
                <span className="font-medium">
                  <span className="sr-only">{word}: </span>
                  {label}
                </span>
                <span className="ml-auto shrink-0 whitespace-nowrap text-muted tabular-nums">
                  {afterMs !== null ? seconds(afterMs) : null}
                  {state === "waiting" && busy ? <Ticking sinceMs={beganMs} /> : null}
                </span>
              </p>
              {reason ? (
                <p className="break-words text-muted">
                  <PlaceText>{reason}</PlaceText>
                </p>
              ) : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function Ticking({ sinceMs }: { sinceMs: number }) {
  const [now, setNow] = useState(sinceMs);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return <span aria-hidden="true">{`${seconds(Math.max(0, now - sinceMs))} …`}</span>;
}

/** The arrived samples of a pipe test. */
export function SampleList({ samples }: { samples: Sample[] }) {
  if (samples.length === 0) return null;
  return (
    <ul aria-label="Samples" className="space-y-1">
      {samples.map(({ id, title }) => (
        <li key={id} className="break-words">
          <Link className="text-accent underline" href={`/detections/${id}`}>
            {title}
          </Link>
        </li>
      ))}
    </ul>
  );
}
