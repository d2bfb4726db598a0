import { CircleCheck, CirclePause, CircleX, Clock, TriangleAlert } from "lucide-react";
import { healthLabel, type HealthState } from "#lib/domain/health.ts";

const marks = {
  healthy: { Mark: CircleCheck, colour: "text-success" },
  degraded: { Mark: TriangleAlert, colour: "text-medium" },
  action_needed: { Mark: CircleX, colour: "text-danger" },
  disabled: { Mark: CirclePause, colour: "text-muted" },
  not_proven: { Mark: Clock, colour: "text-muted" },
} satisfies Record<HealthState, unknown>;

/** A configuration's health as a symbol with a word and a colour. */
export function HealthMark({ state }: { state: HealthState }) {
  const { Mark, colour } = marks[state];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${colour}`}>
      <Mark aria-hidden="true" size={16} /> {healthLabel[state]}
    </span>
  );
}
