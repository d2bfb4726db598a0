import type { Words } from "#lib/domain/vendor-words.ts";
import type { VendorProblem } from "#lib/vendors/problem.ts";

/** One step of a sample's path from the vendor to the screen. */
export type Hop = {
  id: "accepted" | "received" | "polled" | "stored";
  label: string;
  /** `refused`: the vendor refused to create samples, but a person can still create some at the vendor */
  state: "waiting" | "passed" | "refused" | "missing";
  /** the time from the beginning of the test until the hop passed, in ms; null if the hop hasn't passed */
  afterMs: number | null;
  /** a sentence that says why the hop is refused or missing, and what to do; otherwise null */
  reason: string | null;
};
export type Sample = { id: string; title: string };
type SampleTimes = { receivedAt: Date; firstPolledAt: Date | null; firstDeliveredAt: Date | null };

const missing = ({ provider, scope, forwarder, forwardingRule }: Words) => ({
  received: `No sample came by webhook within five minutes. See in ${provider} whether the ${forwardingRule} is there and enabled for this ${scope}, whether it sends the samples' severities, and what the ${forwarder}'s runs say; and look under Settings > Deliveries whether something arrived that wasn't understood.`,
  polled:
    "No read found a sample within five minutes. See this configuration's health above: while it can't be read, nothing comes by poll.",
  stored: "No sample arrived by either way, so none was stored.",
});

/** Returns the present hops of a pipe test. If `waited` is true, hops that no sample has passed are `missing`. */
export function hopsOf(run: {
  startedAt: Date;
  /** when the vendor accepted the request for samples, or why the vendor refused it; null before the vendor's answer */
  accepted: Date | VendorProblem | null;
  samples: readonly SampleTimes[];
  waited: boolean;
  words: Words;
}): Hop[] {
  const { startedAt, accepted, samples, waited, words } = run;
  const first = (moments: (Date | null)[]) => {
    const times = moments.flatMap((at) => (at ? [at.getTime()] : []));
    return times.length > 0 ? Math.min(...times) - startedAt.getTime() : null;
  };
  const hop = (id: "received" | "polled" | "stored", label: string, afterMs: number | null): Hop => ({
    id,
    label,
    state: afterMs !== null ? "passed" : waited ? "missing" : "waiting",
    afterMs: afterMs === null ? null : Math.max(0, afterMs),
    reason: afterMs === null && waited ? missing(words)[id] : null,
  });
  return [
    acceptedHop(startedAt, accepted, words),
    hop("received", "Received by webhook", first(samples.map(({ firstDeliveredAt }) => firstDeliveredAt))),
    hop("polled", "Seen by poll", first(samples.map(({ firstPolledAt }) => firstPolledAt))),
    hop("stored", "Stored", first(samples.map(({ receivedAt }) => receivedAt))),
  ];
}

function acceptedHop(startedAt: Date, accepted: Date | VendorProblem | null, { provider }: Words): Hop {
  const hop = { id: "accepted", label: `Accepted by ${provider}`, afterMs: null, reason: null } as const;
  if (accepted === null) return { ...hop, state: "waiting" };
  if (accepted instanceof Date)
    return { ...hop, state: "passed", afterMs: Math.max(0, accepted.getTime() - startedAt.getTime()) };
  return { ...hop, state: "refused", reason: `${accepted.message} ${accepted.remedy}` };
}
