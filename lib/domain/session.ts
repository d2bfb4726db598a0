import { isVerified, type Verification } from "./device.ts";
import type { Permission } from "./roles.ts";

/** after a sign-in, however busy its person is */
export const sessionAbsoluteMs = 12 * 3_600_000;
/** without anything done */
const sessionIdleMs = 30 * 60_000;
/** after a sign-in on a proved device, idle or not, for alerts only */
export const alertsSessionMs = 7 * 86_400_000;

/** What a session is good for: everything its person may do, or alerts only until they sign in again. */
export type SessionReach = "everything" | "alerts";

/** What a session is good for after its sign-in is too old for everything else. */
export const alertPermissions: readonly Permission[] = ["detections.read", "detections.triage"];

type SessionTimes = { createdAt: Date; lastSeenAt: Date; expiresAt: Date; revokedAt: Date | null };

/** Whether the sign-in itself still holds: 12 hours, and 30 minutes without anything done. */
export const isFresh = ({ revokedAt, expiresAt, lastSeenAt }: SessionTimes, now: Date): boolean =>
  !revokedAt && expiresAt > now && now.getTime() - lastSeenAt.getTime() < sessionIdleMs;

/** What a session is good for now, on the device that it is open on; null when it is over. */
export function reachOf(
  session: SessionTimes,
  device: Verification | undefined,
  now: Date,
): SessionReach | null {
  if (isFresh(session, now)) return "everything";
  if (session.revokedAt || !device || !isVerified(device, now)) return null;
  return now.getTime() - session.createdAt.getTime() < alertsSessionMs ? "alerts" : null;
}
