/**
 * What a person may see of a configuration: `unconfirmed` is still shown, since the vendor's last answer was yes
 * and it can't be asked now; `lapsed` was that for too long.
 */
export type Access = "granted" | "unconfirmed" | "lapsed" | "refused" | "not_connected";

/** What decides it: the vendor's last answer to the person's own account. */
type LastAnswer = {
  access: "granted" | "refused";
  confirmedAt: Date;
  unconfirmedSince: Date | null;
};

/** A yes that is older is one that the vendor wasn't asked for again, as it should have been every few minutes. */
const freshMs = 15 * 60_000;

/** Since when the vendor's last yes is unconfirmed; null while it is fresh. */
export function unconfirmedSince(last: LastAnswer, now: Date): Date | null {
  if (last.unconfirmedSince) return last.unconfirmedSince;
  return now.getTime() - last.confirmedAt.getTime() > freshMs ? last.confirmedAt : null;
}

/**
 * A person's access to a delegated configuration. `shownMs`: for how long after the vendor's last yes something is
 * still shown while it can't be asked.
 */
export function accessOf(last: LastAnswer | null, now: Date, shownMs: number): Access {
  if (!last) return "not_connected";
  if (last.access === "refused") return "refused";
  if (now.getTime() - last.confirmedAt.getTime() >= shownMs) return "lapsed";
  return unconfirmedSince(last, now) ? "unconfirmed" : "granted";
}

/** Whether detections are shown at all. */
export const mayRead = (access: Access) => access === "granted" || access === "unconfirmed";
