import type { Transaction } from "#db/client.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { getNotice } from "#db/queries/alerting/digests.ts";
import { type NotificationRow } from "#db/queries/alerting/notifications.ts";
import { getPreferences } from "#db/queries/alerting/preferences.ts";
import { isForAdmins } from "#lib/domain/notification.ts";
import { roleAllows } from "#lib/domain/roles.ts";
import { noticeText } from "../digests/text.ts";
import { detectionText, type NotificationText, testText } from "./text.ts";
import type { Reads } from "./lookups.ts";
import { Dropped } from "./ways.ts";

const notTheirs = () => new Dropped("Its person may not see it any more, or what it is about was deleted.");

/** What a notification says to its person. Throws `Dropped` when they may not be told any more. */
export async function textOf(
  tx: Transaction,
  reads: Reads,
  { organisationId, id, detectionId, noticeId, userId, reason }: NotificationRow,
): Promise<NotificationText> {
  const role = (await reads.roles()).get(userId);
  if (!role) throw notTheirs();
  if (detectionId === null && noticeId === null) return testText(id);
  const { readableOf } = await reads.readable();
  const rules = await reads.rules();
  if (detectionId === null) {
    const notice = noticeId ? await getNotice(tx, organisationId, noticeId) : undefined;
    if (!notice) throw notTheirs();
    const { configurationId } = notice;
    const found = configurationId ? await getConfiguration(tx, organisationId, configurationId) : undefined;
    if (configurationId && !found) throw notTheirs();
    // what a configuration says is for those who may see it; how it is, for admins
    const mayRead = !configurationId || readableOf(userId).includes(configurationId);
    if (notice.kind === "history" ? !mayRead : isForAdmins(notice.kind) && role !== "admin")
      throw notTheirs();
    const timeZone = (await getPreferences(tx, organisationId, userId))?.hours?.timeZone ?? "UTC";
    return noticeText(notice, found?.configuration.displayName ?? "", rules, timeZone);
  }
  const found = await reads.detection(detectionId);
  if (!found || !readableOf(userId).includes(found.configuration.id)) throw notTheirs();
  const { title, severity, acknowledgedAt } = found.detection;
  return detectionText({
    id: detectionId,
    title,
    severity,
    configurationName: found.configuration.displayName,
    reason,
    more: (await reads.folded()).get(id) ?? 0,
    rules,
    canAcknowledge: acknowledgedAt === null && roleAllows(role, "detections.triage"),
  });
}
