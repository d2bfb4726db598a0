import type { Permission } from "./roles.ts";

/** after a sign-in, however busy its person is */
export const sessionAbsoluteMs = 12 * 3_600_000;
/** without anything done */
export const sessionIdleMs = 30 * 60_000;
/** after a sign-in on a proved device, idle or not, for alerts only */
export const alertsSessionMs = 7 * 86_400_000;
/** for how long a device is proved after it showed or opened a notification */
export const provedForMs = 7 * 86_400_000;

/** What a session is good for: everything its person may do, or alerts only until they sign in again. */
export type SessionReach = "everything" | "alerts";

/** What a session is good for after its sign-in is too old for everything else. */
export const alertPermissions: readonly Permission[] = ["detections.read", "detections.triage"];

type SessionTimes = { createdAt: Date; lastSeenAt: Date; expiresAt: Date; revokedAt: Date | null };
export type ProvedTimes = { provedAt: Date | null; goneAt: Date | null; deactivatedAt: Date | null };

/** Whether a device showed or opened a notification lately, and can still be sent some. */
export const isProved = ({ provedAt, goneAt, deactivatedAt }: ProvedTimes, now: Date): boolean =>
  provedAt !== null && now.getTime() - provedAt.getTime() < provedForMs && !goneAt && !deactivatedAt;

/** Whether the sign-in itself still holds: 12 hours, and 30 minutes without anything done. */
export const isFresh = ({ revokedAt, expiresAt, lastSeenAt }: SessionTimes, now: Date): boolean =>
  !revokedAt && expiresAt > now && now.getTime() - lastSeenAt.getTime() < sessionIdleMs;

/** What a session is good for now, on the device that it is open on; null when it is over. */
export function reachOf(
  session: SessionTimes,
  device: ProvedTimes | undefined,
  now: Date,
): SessionReach | null {
  if (isFresh(session, now)) return "everything";
  if (session.revokedAt || !device || !isProved(device, now)) return null;
  return now.getTime() - session.createdAt.getTime() < alertsSessionMs ? "alerts" : null;
}
