import type { Transaction } from "#db/client.ts";
import { countsOf, type DigestRow, endDigest } from "#db/queries/alerting/digests.ts";
import { addToHistoryDigest, openHistoryDigest } from "#db/queries/alerting/history-digests.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { type ConfigurationRow, getConfiguration } from "#db/queries/sources/configurations.ts";
import { type Counts, totalOf, worstOf } from "#lib/domain/digest.ts";
import { recipientsOf, severityCountedAs } from "#lib/domain/recipients.ts";
import { severities } from "#lib/domain/severity.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { listPeople, peopleFor } from "../routing/list-people.ts";
import { notifyPeople } from "../routing/notify-people.ts";
import { subjectOf } from "../routing/subject.ts";

const firstReadCheckMs = 30_000;
/** the maximum time that a digest waits for the first poll to end */
const firstReadMaxMs = 30 * 60_000;

/**
 * Sends a digest of history to the people who want alerts of its most urgent severity. People outside their on-call
 * hours get a digest of their own when their hours begin. A digest about a first poll waits until the poll has ended.
 */
export async function sendHistory(services: Services, tx: Transaction, digest: DigestRow): Promise<void> {
  const { organisationId, id, configurationId } = digest;
  const now = services.now();
  const found = configurationId && (await getConfiguration(tx, organisationId, configurationId));
  if (!found) return endDigest(tx, organisationId, id, now);
  // the deliveries of all its alerts had come in time, so they have notified
  if (totalOf(countsOf(digest)) === 0) return endDigest(tx, organisationId, id, now);
  const { lastGoodSyncAt } = found.configuration;
  const waitedMs = now.getTime() - digest.createdAt.getTime();
  if (digest.cause === "first_read" && !lastGoodSyncAt && waitedMs < firstReadMaxMs)
    return queueAlertingWork(tx, organisationId, "digest", [id], newId, firstReadCheckMs);
  const people = peopleFor(await listPeople(services, tx, organisationId), configurationId);
  const concerned = people.filter(({ userId }) => digest.userId === null || digest.userId === userId);
  const subject = subjectOf(found.configuration, worstOf(notifying(countsOf(digest), found.configuration)));
  const recipients = recipientsOf(subject, concerned, now, { isDigest: true });
  const nowUserIds = new Set(recipients.filter(({ way }) => way !== "deferred").map(({ userId }) => userId));
  await notifyPeople(
    services,
    tx,
    { organisationId, digestId: id, reason: "history" },
    people.filter(({ userId }) => nowUserIds.has(userId)),
  );
  // ended first, because otherwise a personal digest couldn't be opened
  await endDigest(tx, organisationId, id, now);
  for (const recipient of recipients)
    if (recipient.way === "deferred")
      await deferHistory(
        tx,
        digest,
        configurationId,
        recipient.userId,
        recipient.until.getTime() - now.getTime(),
      );
}

/** Returns the counts of the severities that the configuration notifies about. */
const notifying = (counts: Counts, { notifyAbout }: Pick<ConfigurationRow, "notifyAbout">): Counts =>
  Object.fromEntries(
    severities
      .filter((severity) => notifyAbout.includes(severityCountedAs(severity)))
      .map((severity) => [severity, counts[severity] ?? 0]),
  );

/**
 * Adds the counts of a digest of history to a person's own digest of history. If the person has no open digest, opens a
 * digest that is due in `dueInMs`.
 */
async function deferHistory(
  tx: Transaction,
  digest: DigestRow,
  configurationId: string,
  userId: string,
  dueInMs: number,
): Promise<void> {
  const { organisationId, cause, gapFrom, gapUntil, createdAt } = digest;
  const subject = { configurationId, userId };
  const row = { ...subject, id: newId(), cause, gapFrom, gapUntil, createdAt };
  const opened = await openHistoryDigest(tx, organisationId, row, countsOf(digest));
  if (opened) await queueAlertingWork(tx, organisationId, "digest", [opened], newId, dueInMs);
  else await addToHistoryDigest(tx, organisationId, subject, countsOf(digest));
}
