import { and, asc, eq, inArray, isNotNull, isNull } from "drizzle-orm";
import { reachingStates } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { devices, digests, notificationGroups, notifications, users } from "../../schema/index.ts";
import { isGroupOf } from "./groups.ts";
import { deviceOfNotification, digestOfNotification } from "../joins.ts";

/** the largest number of listed recipients; enough for two hundred devices with several notifications each */
const recipientsMax = 1_000;

/**
 * Lists the recipients of a detection's notifications, in the order in which they were notified. Where one message named several
 * alerts (`isTogether`), its outcome on each device counts for each alert. The name of a removed device is null.
 */
export async function listRecipients(
  tx: Transaction,
  organisationId: string,
  detectionId: string,
): Promise<RecipientRow[]> {
  const rows = await selectRecipients(tx)
    .where(and(eq(notifications.organisationId, organisationId), eq(notifications.detectionId, detectionId)))
    .orderBy(asc(notifications.queuedAt), asc(users.displayName), asc(notifications.id))
    .limit(recipientsMax);
  const messages = await listMessagesFor(tx, organisationId, rows);
  const recipients = rows.flatMap((row): RecipientRow[] => {
    const own = row.state === "gathered" ? (messages.get(row.digestId) ?? []) : [];
    if (own.length === 0) return [{ ...row, isTogether: false }];
    const { reason, queuedAt, actedAt } = row;
    return own.map((message) => ({ ...message, reason, queuedAt, actedAt, isTogether: true }));
  });
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
    recipients.push(...targets.map((target) => ({ ...target, ...own, isTogether: false })));
  }
  return recipients;
}

type SelectedRow = Awaited<ReturnType<typeof selectRecipients>>[number];
type RecipientRow = SelectedRow & { isTogether: boolean };

/** Returns the messages that say the gathered alerts among `rows`, by the digest's id. */
async function listMessagesFor(
  tx: Transaction,
  organisationId: string,
  rows: readonly SelectedRow[],
): Promise<Map<string | null, SelectedRow[]>> {
  const digestIds = rows.flatMap(({ state, digestId }) =>
    state === "gathered" && digestId ? [digestId] : [],
  );
  if (digestIds.length === 0) return new Map();
  const messages = await selectRecipients(tx)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        inArray(notifications.digestId, digestIds),
        isNull(notifications.detectionId),
      ),
    )
    .orderBy(asc(notifications.queuedAt), asc(notifications.id))
    .limit(recipientsMax);
  return Map.groupBy(messages, ({ digestId }) => digestId);
}

const selectRecipients = (tx: Transaction) =>
  tx
    .select({
      id: notifications.id,
      reason: notifications.reason,
      channel: notifications.channel,
      deviceId: notifications.deviceId,
      digestId: notifications.digestId,
      /** when the digest about the alert was sent, or was dropped for lack of a recipient */
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
    .leftJoin(devices, deviceOfNotification)
    .leftJoin(digests, digestOfNotification);
