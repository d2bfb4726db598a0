/**
 * A person's access to a delegated configuration. `unconfirmed`: the vendor granted access earlier but can't be asked now, so
 * the person still sees detections. `lapsed`: the access was unconfirmed for too long, so the person sees none.
 */
export type Access = "granted" | "unconfirmed" | "lapsed" | "refused" | "not_connected";

/** The vendor's last answer about the person's own account. */
type LastAnswer = {
  access: "granted" | "refused";
  confirmedAt: Date;
  unconfirmedSince: Date | null;
};

/**
 * Each account's access is confirmed every few minutes. If the last confirmation is older than this, the vendor couldn't be
 * asked.
 */
const freshMs = 15 * 60_000;
/** how far the clocks of two machines may differ */
const skewMs = 60_000;

/**
 * Returns when the vendor last granted access. A confirmation from a clock that was ahead proves nothing: what counts then is
 * when the vendor first couldn't be asked, and otherwise now.
 */
function confirmedBy({ confirmedAt, unconfirmedSince: since }: LastAnswer, now: Date): Date {
  if (confirmedAt.getTime() <= now.getTime() + skewMs) return confirmedAt;
  return since && since < now ? since : now;
}

/** Returns since when granted access is unconfirmed, or null if the vendor has confirmed it recently. */
export function unconfirmedSince(last: LastAnswer, now: Date): Date | null {
  if (last.unconfirmedSince) return last.unconfirmedSince;
  const age = now.getTime() - last.confirmedAt.getTime();
  return age > freshMs || age < -skewMs ? confirmedBy(last, now) : null;
}

/**
 * Derives a person's access to a delegated configuration from the vendor's last answer. `shownMs` is how long the person
 * still sees detections after the vendor last granted access.
 */
export function accessOf(last: LastAnswer | null, now: Date, shownMs: number): Access {
  if (!last) return "not_connected";
  if (last.access === "refused") return "refused";
  if (now.getTime() - confirmedBy(last, now).getTime() >= shownMs) return "lapsed";
  return unconfirmedSince(last, now) ? "unconfirmed" : "granted";
}

/** Whether a person with this access sees detections. */
export const mayRead = (access: Access) => access === "granted" || access === "unconfirmed";
