import type { NormalisedDetection } from "./detection.ts";

/** Why a person is told. */
export const notificationReasons = ["raised", "test"] as const;
export type NotificationReason = (typeof notificationReasons)[number];

/** How far a notification came; what happened after it was accepted is told by its times. */
export const notificationStates = ["queued", "accepted", "failed"] as const;
export type NotificationState = (typeof notificationStates)[number];

/** An alert that is older than this at first sight is history, and history doesn't ring. */
export const ringsForMs = 60 * 60_000;

/**
 * Whether a detection rings when it is first seen: High, open, no sample, and raised within the last hour by
 * the vendor's own time. One without a time of its own is as old as this moment: rather once too often than not at all.
 */
export function rings(
  { severity, status, isSample, generatedAt, startedAt }: NormalisedDetection,
  now: Date,
): boolean {
  if (isSample || (status !== "active" && status !== "in_progress" && status !== "unknown")) return false;
  // a severity that isn't known may be any
  if (severity !== "high" && severity !== "unknown") return false;
  const at = generatedAt ?? startedAt;
  return at === null || now.getTime() - new Date(at).getTime() < ringsForMs;
}

export type Reachable = { userId: string; mayRead: boolean; deviceIds: readonly string[] };
export type Told = { userId: string; deviceId: string };

/** Who is told of a detection, and on which devices: everyone who may see it, once on each of theirs. */
export function whoIsTold(people: readonly Reachable[]): Told[] {
  return people
    .filter((one) => one.mayRead)
    .flatMap(({ userId, deviceIds }) => [...new Set(deviceIds)].map((deviceId) => ({ userId, deviceId })));
}
