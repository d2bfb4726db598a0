import type { Transaction } from "#db/client.ts";
import { listRecentActors } from "#db/queries/identity/audit.ts";
import { listPipeTestStarters } from "#db/queries/ingest/pipe-tests.ts";
import type { AuditAction } from "#lib/domain/audit.ts";
import { samplesNotifyForMs } from "#lib/domain/novelty.ts";
import { notifiesNow, type Person, type Recipient, wants } from "#lib/domain/recipients.ts";
import { isDaytime, isOnShift } from "#lib/domain/shift.ts";
import type { Services } from "#lib/core/context.ts";
import type { OpenDetection } from "./open-detections.ts";
import { subjectOf } from "./subject.ts";

/** how long somebody who sets a configuration or its webhook up is notified of its samples, at any hour */
const setUpMs = 86_400_000;
const configurationSaves: readonly AuditAction[] = [
  "configuration.created",
  "configuration.changed",
  "configuration.enabled",
];
const webhookSaves: readonly AuditAction[] = ["webhook.url_made", "webhook.url_rotated", "webhook.url_shown"];

/**
 * Returns whom a sample notifies, on their devices only. At any hour: whoever runs a pipe test of the configuration, and
 * whoever set up the configuration or a webhook URL within the last day. Others who want such an alert: within the hours that
 * they chose, or without chosen hours from 07:00 to 22:00.
 */
export async function sampleRecipients(
  services: Services,
  tx: Transaction,
  { configuration, detection: { organisationId, configurationId, severity } }: OpenDetection,
  people: readonly Person[],
): Promise<Recipient[]> {
  const now = services.now();
  const before = (ms: number) => new Date(now.getTime() - ms);
  const since = before(setUpMs);
  const concerned = new Set([
    ...(await listPipeTestStarters(tx, organisationId, configurationId, before(samplesNotifyForMs))),
    ...(await listRecentActors(tx, organisationId, {
      actions: configurationSaves,
      since,
      subjectId: configurationId,
    })),
    ...(await listRecentActors(tx, organisationId, { actions: webhookSaves, since })),
  ]);
  const subject = subjectOf(configuration, severity);
  const isTold = (person: Person) => {
    if (concerned.has(person.userId)) return true;
    const { preferences } = person;
    const { shift } = preferences;
    const isAwake = shift.kind === "hours" ? isOnShift(shift, now) : isDaytime(shift.timeZone, now);
    return isAwake && wants(person, subject) && notifiesNow(preferences, subject, now);
  };
  return people
    .filter((person) => person.mayRead && isTold(person))
    .flatMap(({ userId, deviceIds }) =>
      deviceIds.map((deviceId): Recipient => ({ userId, reason: "sample", way: "web_push", deviceId })),
    );
}
