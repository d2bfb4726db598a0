import { CircleCheck, CirclePause, CircleX, Clock, TriangleAlert } from "lucide-react";
import type { HealthWord } from "#lib/sources/configurations/health.ts";

const marks = {
  Healthy: { Mark: CircleCheck, colour: "text-success" },
  Degraded: { Mark: TriangleAlert, colour: "text-medium" },
  "Action needed": { Mark: CircleX, colour: "text-danger" },
  Disabled: { Mark: CirclePause, colour: "text-muted" },
  "Not proven yet": { Mark: Clock, colour: "text-muted" },
} satisfies Record<HealthWord, unknown>;

/** A configuration's health by shape, word and colour. */
export function HealthMark({ word }: { word: HealthWord }) {
  const { Mark, colour } = marks[word];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${colour}`}>
      <Mark aria-hidden="true" size={16} /> {word}
    </span>
  );
}
