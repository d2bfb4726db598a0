import type { VendorWords } from "#lib/domain/vendor-words.ts";
import type { VendorProblem } from "#lib/vendors/problem.ts";

/** A station on an alert's way here. */
export type Hop = {
  id: "accepted" | "received" | "polled" | "stored";
  label: string;
  /** `refused` doesn't end the test: samples may be made by hand */
  state: "waiting" | "passed" | "refused" | "missing";
  /** since the test began */
  afterMs: number | null;
  /** why it is refused or missing, and what to do */
  reason: string | null;
};
export type Sample = { id: string; title: string };
type Seen = { receivedAt: Date; firstPolledAt: Date | null; firstDeliveredAt: Date | null };

const missing = ({ provider, scope }: VendorWords) => ({
  received: `No sample came by webhook within five minutes. See in ${provider} whether the workflow automation is there and enabled for this ${scope}, whether it sends the samples' severities, and what the Logic App's runs history says; and look under Settings > Deliveries whether something arrived that wasn't understood.`,
  polled:
    "No read found a sample within five minutes. See this configuration's health above: while it can't be read, nothing comes by poll.",
  stored: "No sample arrived by either way, so none was stored.",
});

/** The stations of a pipe test as they stand. `waited` says that nothing more is expected. */
export function hopsOf(run: {
  startedAt: Date;
  /** null while it hasn't answered */
  accepted: Date | VendorProblem | null;
  samples: readonly Seen[];
  waited: boolean;
  words: VendorWords;
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
    hop("received", "Received by webhook", first(samples.map((one) => one.firstDeliveredAt))),
    hop("polled", "Seen by poll", first(samples.map((one) => one.firstPolledAt))),
    hop("stored", "Stored", first(samples.map((one) => one.receivedAt))),
  ];
}

function acceptedHop(startedAt: Date, accepted: Date | VendorProblem | null, { provider }: VendorWords): Hop {
  const hop = { id: "accepted", label: `Accepted by ${provider}`, afterMs: null, reason: null } as const;
  if (accepted === null) return { ...hop, state: "waiting" };
  if (accepted instanceof Date)
    return { ...hop, state: "passed", afterMs: Math.max(0, accepted.getTime() - startedAt.getTime()) };
  return { ...hop, state: "refused", reason: `${accepted.message} ${accepted.remedy}` };
}
