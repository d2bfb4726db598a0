import { and, eq, gt, isNotNull } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { detections, notifications } from "../../schema/index.ts";
import { detectionOfNotification } from "../joins.ts";

/**
 * Lists a person's web pushes about samples of a configuration that were queued after `since`, also those that were grouped
 * or rate-limited.
 */
export async function listSampleNotifications(
  tx: Transaction,
  organisationId: string,
  { userId, configurationId }: { userId: string; configurationId: string },
  since: Date,
) {
  return tx
    .select({
      deviceId: notifications.deviceId,
      detectionId: notifications.detectionId,
      state: notifications.state,
      problem: notifications.problem,
      queuedAt: notifications.queuedAt,
      acceptedAt: notifications.acceptedAt,
      shownAt: notifications.shownAt,
      openedAt: notifications.openedAt,
    })
    .from(notifications)
    .innerJoin(detections, detectionOfNotification)
    .where(
      and(
        eq(notifications.organisationId, organisationId),
        eq(notifications.userId, userId),
        eq(notifications.channel, "web_push"),
        isNotNull(notifications.deviceId),
        gt(notifications.queuedAt, since),
        eq(detections.configurationId, configurationId),
        eq(detections.isSample, true),
        eq(notifications.reason, "sample"),
      ),
    );
}
