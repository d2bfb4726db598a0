import { isVerified, type Verification } from "./device.ts";
import type { Permission } from "./roles.ts";

/** how long a session is valid after the sign-in, even if it is in use */
export const sessionAbsoluteMs = 12 * 3_600_000;
/** how long a session is valid after the last activity */
const sessionIdleMs = 30 * 60_000;
/** how long a session on a verified device is valid for alerts after the sign-in, even without activity */
export const alertsSessionMs = 7 * 86_400_000;

/** the answer to an action of somebody whose session has ended */
export const sessionEnded = "Your session has ended. Sign in again; nothing was changed.";

/** What a session allows: everything that the person may do, or only work on alerts. */
export type SessionReach = "everything" | "alerts";

/** The permissions of a session that allows only work on alerts. */
export const alertPermissions: readonly Permission[] = ["detections.read", "detections.triage"];

type SessionTimes = { createdAt: Date; lastSeenAt: Date; expiresAt: Date; revokedAt: Date | null };

/**
 * Whether a session allows everything: it wasn't revoked, is less than 12 hours old, and was active in the last 30
 * minutes.
 */
export const isFresh = ({ revokedAt, expiresAt, lastSeenAt }: SessionTimes, now: Date): boolean =>
  !revokedAt && expiresAt > now && now.getTime() - lastSeenAt.getTime() < sessionIdleMs;

/** Returns what a session allows now, or null if the session has ended. `device` is the session's device. */
export function reachOf(
  session: SessionTimes,
  device: Verification | undefined,
  now: Date,
): SessionReach | null {
  if (isFresh(session, now)) return "everything";
  if (session.revokedAt || !device || !isVerified(device, now)) return null;
  return now.getTime() - session.createdAt.getTime() < alertsSessionMs ? "alerts" : null;
}
