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

/** Why a session was revoked. */
export const sessionEndReasons = [
  "signed_out",
  /** the browser signed in again, or another session of the person uses its device */
  "replaced",
  "device_removed",
  "device_deactivated",
  "member_removed",
] as const;
export type SessionEndReason = (typeof sessionEndReasons)[number];

/** The reasons that say somebody took the access away. Whatever such a session asked for isn't done any more. */
export const barringReasons: readonly SessionEndReason[] = [
  "device_removed",
  "device_deactivated",
  "member_removed",
];

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

/**
 * For how long a session still allows everything, in ms. `canStay`: activity makes it longer, because the idle time ends
 * before the 12 hours do.
 */
export type SessionTime = { leftMs: number; canStay: boolean };

/** Returns for how long a session still allows everything. */
export function timeLeft(
  { lastSeenAt, expiresAt }: Pick<SessionTimes, "lastSeenAt" | "expiresAt">,
  now: Date,
): SessionTime {
  const idleMs = lastSeenAt.getTime() + sessionIdleMs - now.getTime();
  const absoluteMs = expiresAt.getTime() - now.getTime();
  return { leftMs: Math.max(0, Math.min(idleMs, absoluteMs)), canStay: idleMs < absoluteMs };
}

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
