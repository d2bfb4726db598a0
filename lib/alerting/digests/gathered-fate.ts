import type { GatheredAlert } from "#db/queries/alerting/gathered.ts";
import { stillNotifies } from "#lib/domain/recipients.ts";
import type { TeamPerson } from "../routing/list-people.ts";
import { isTakenCareOf, type OpenDetection } from "../routing/open-detections.ts";
import { subjectOf } from "../routing/subject.ts";

type Fate = "said" | "taken_on" | "superseded" | "not_theirs" | "unwanted" | "deferred";

/** For each fate that leaves an alert out of the person's message, the sentence that says why. */
export const leftOutBecause = [
  ["taken_on", "Somebody had taken it on, or it was closed, before the message was sent."],
  ["superseded", "It notified anew before the message was sent: it was reopened, or became High."],
  ["not_theirs", "They may not see it any more."],
  ["unwanted", "They don't want to be notified of it any more."],
] as const satisfies readonly (readonly [Fate, string])[];

/**
 * Decides, as a person's message is sent, what happens to an alert that was gathered for it. `open` is missing if the alert is
 * closed or gone, and `person` if they left the team.
 */
export function fateOf(
  { reason, round }: Pick<GatheredAlert, "reason" | "round">,
  open: OpenDetection | undefined,
  person: TeamPerson | undefined,
  now: Date,
): Fate {
  if (!open || isTakenCareOf(open)) return "taken_on";
  const { detection, configuration } = open;
  if (detection.notifyRound !== round) return "superseded";
  if (!person?.readableIds.includes(configuration.id)) return "not_theirs";
  const isFallback = reason === "fallback";
  const still = stillNotifies(
    person,
    isFallback ? "fallback" : "raised",
    subjectOf(configuration, detection.severity),
    now,
  );
  return still === "now" ? "said" : still;
}
