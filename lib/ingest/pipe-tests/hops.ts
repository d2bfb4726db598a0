import type { Hop } from "./hop.ts";
import type { Words } from "#lib/domain/vendor-words.ts";
import { type PhoneRun, phoneHopsOf } from "./phone-hops.ts";

export type Sample = { id: string; title: string };
type SampleTimes = {
  id: string;
  receivedAt: Date;
  firstPolledAt: Date | null;
  firstDeliveredAt: Date | null;
};

const missing = ({ provider, scope, forwarder, forwardingRule }: Words) => ({
  received: `No sample came by webhook within five minutes. See in ${provider} whether the ${forwardingRule} is there and enabled for this ${scope}, whether it sends the samples' severities, and what the ${forwarder}'s runs say; and look under Settings > Deliveries whether something arrived that wasn't understood.`,
  polled:
    "No read found a sample within five minutes. See this configuration's health above: while it can't be read, nothing comes by poll.",
  stored: "No sample arrived by either way, so none was stored.",
});

type Problem = { message: string; remedy: string };
export type HopRun = Omit<PhoneRun, "samples"> & {
  /**
   * when the vendor accepted the request for samples, or why the vendor refused it; null before the vendor's answer, and
   * `by_hand` if the vendor isn't asked
   */
  accepted: Date | Problem | "by_hand" | null;
  samples: readonly SampleTimes[];
  words: Words;
};

/** Returns the present hops of a pipe test. If `waited` is true, hops that no sample has passed are `missing`. */
export function hopsOf(run: HopRun): Hop[] {
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
    ...(accepted === "by_hand" ? [] : [acceptedHop(startedAt, accepted, waited, words)]),
    hop("received", "Received by webhook", first(samples.map(({ firstDeliveredAt }) => firstDeliveredAt))),
    hop("polled", "Seen by poll", first(samples.map(({ firstPolledAt }) => firstPolledAt))),
    hop("stored", "Stored", first(samples.map(({ receivedAt }) => receivedAt))),
    ...phoneHopsOf(run),
  ];
}

/** Whether samples came by webhook and by poll and were stored. */
export const bothPathsWork = (hops: readonly Hop[]): boolean =>
  ["received", "polled", "stored"].every((id) => hops.some((hop) => hop.id === id && hop.state === "passed"));

/** Whether nothing of a test is awaited any more. */
export const isSettled = (hops: readonly Hop[]): boolean =>
  hops.every(({ id, state }) => id === "accepted" || state !== "waiting");

function acceptedHop(
  startedAt: Date,
  accepted: Date | Problem | null,
  waited: boolean,
  { provider }: Words,
): Hop {
  const hop = { id: "accepted", label: `Accepted by ${provider}`, afterMs: null, reason: null } as const;
  if (accepted === null && waited)
    return { ...hop, state: "missing", reason: `PocketSOC recorded no answer of ${provider}.` };
  if (accepted === null) return { ...hop, state: "waiting" };
  if (accepted instanceof Date)
    return { ...hop, state: "passed", afterMs: Math.max(0, accepted.getTime() - startedAt.getTime()) };
  return { ...hop, state: "refused", reason: `${accepted.message} ${accepted.remedy}` };
}
