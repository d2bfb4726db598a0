import { Ban, Check, CircleHelp, CopyCheck, HeartPulse, Unlink } from "lucide-react";
import { type DeliveryOutcome, deliveryOutcomeLabel } from "#lib/domain/delivery.ts";

const marks = {
  accepted: { Mark: Check, colour: "text-success" },
  duplicate: { Mark: CopyCheck, colour: "text-muted" },
  heartbeat: { Mark: HeartPulse, colour: "text-muted" },
  unrecognised: { Mark: CircleHelp, colour: "text-medium" },
  unclaimed: { Mark: Unlink, colour: "text-medium" },
  rejected: { Mark: Ban, colour: "text-danger" },
} satisfies Record<DeliveryOutcome, unknown>;

/** A delivery's outcome as a symbol with a word and a colour. */
export function DeliveryMark({ outcome }: { outcome: DeliveryOutcome }) {
  const { Mark, colour } = marks[outcome];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${colour}`}>
      <Mark aria-hidden="true" size={16} /> {deliveryOutcomeLabel[outcome]}
    </span>
  );
}
