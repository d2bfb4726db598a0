import { and, asc, eq, inArray, isNotNull } from "drizzle-orm";
import { reachingStates } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { devices, digests, notificationGroups, notifications, users } from "../../schema/index.ts";
import { isGroupOf } from "./groups.ts";

/** the largest number of listed recipients; enough for two hundred devices with several notifications each */
const recipientsMax = 1_000;

/**
 * Lists the recipients of a detection's notifications, in the order in which they were notified. The name of a removed
 * device is null.
 */
export async function listRecipients(tx: Transaction, organisationId: string, detectionId: string) {
  const recipients = await selectRecipients(tx)
    .where(and(eq(notifications.organisationId, organisationId), eq(notifications.detectionId, detectionId)))
    .orderBy(asc(notifications.queuedAt), asc(users.displayName), asc(notifications.id))
    .limit(recipientsMax);
  const groups = await tx.select().from(notificationGroups).where(isGroupOf(organisationId, detectionId));
  for (const { intoDetectionId, intoReason, intoRound, reason, at } of groups) {
    const targets = await selectRecipients(tx)
      .where(
        and(
          eq(notifications.organisationId, organisationId),
          eq(notifications.detectionId, intoDetectionId),
          eq(notifications.reason, intoReason),
          eq(notifications.round, intoRound),
          inArray(notifications.state, [...reachingStates]),
          isNotNull(notifications.deviceId),
        ),
      )
      .orderBy(asc(users.displayName), asc(notifications.id))
      .limit(recipientsMax);
    // the other alert's notification has its own outcome
    const own = {
      reason,
      state: "grouped",
      queuedAt: at,
      problem: null,
      acceptedAt: null,
      shownAt: null,
      openedAt: null,
      actedAt: null,
    } as const;
    recipients.push(...targets.map((target) => ({ ...target, ...own })));
  }
  return recipients;
}

const selectRecipients = (tx: Transaction) =>
  tx
    .select({
      id: notifications.id,
      reason: notifications.reason,
      channel: notifications.channel,
      deviceId: notifications.deviceId,
      /** when the digest that counts the alert was sent, or was dropped for lack of a recipient */
      digestEndedAt: digests.endedAt,
      person: users.displayName,
      device: devices.name,
      state: notifications.state,
      problem: notifications.problem,
      queuedAt: notifications.queuedAt,
      acceptedAt: notifications.acceptedAt,
      shownAt: notifications.shownAt,
      openedAt: notifications.openedAt,
      actedAt: notifications.actedAt,
    })
    .from(notifications)
    .innerJoin(users, eq(users.id, notifications.userId))
    .leftJoin(
      devices,
      and(eq(devices.organisationId, notifications.organisationId), eq(devices.id, notifications.deviceId)),
    )
    .leftJoin(
      digests,
      and(eq(digests.organisationId, notifications.organisationId), eq(digests.id, notifications.digestId)),
    );
