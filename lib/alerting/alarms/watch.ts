import { inOrganisation, type Transaction } from "#db/client.ts";
import { type AlarmRow, lockOpenAlarms, openAlarm, updateAlarm } from "#db/queries/alerting/alarms.ts";
import { hastenAlertingWork, queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { listWebhookHealth } from "#db/queries/ingest/webhook-health.ts";
import { holdConfigurations } from "#db/queries/sources/hold-configurations.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { alarmKinds } from "#lib/domain/alarm.ts";
import { newId } from "#lib/platform/ids.ts";
import { forEachOrganisation } from "#lib/core/each-organisation.ts";
import type { Services } from "#lib/core/context.ts";
import { wordsFor } from "#lib/core/vendors.ts";
import { healthOf } from "#lib/sources/configurations/health.ts";
import { webhookProblems } from "#lib/sources/configurations/webhook-health.ts";
import { healthAlarm } from "./configuration-health.ts";
import { secretAlarm } from "./credential-expiry.ts";
import type { FoundAlarm } from "./found-alarm.ts";
import { onCallCoverageAlarm } from "./on-call-coverage.ts";

type Configurations = Awaited<ReturnType<typeof listConfigurations>>;

/** Opens, updates and ends the alarms of every organisation. The worker calls this every minute. */
export function watchOrganisations(services: Services, signal: AbortSignal): Promise<void> {
  return forEachOrganisation(services, signal, "watch.failed", (organisationId) =>
    inOrganisation(services.db, organisationId, (tx) => watch(services, tx, organisationId)),
  );
}

async function watch(services: Services, tx: Transaction, organisationId: string): Promise<void> {
  const listed = await listConfigurations(tx, organisationId);
  const heldIds = await holdConfigurations(
    tx,
    organisationId,
    listed.map(({ configuration }) => configuration.id),
  );
  const configurations = listed.filter(({ configuration }) => heldIds.has(configuration.id));
  const openAlarms = await lockOpenAlarms(tx, organisationId);
  const found = await findAlarms(services, tx, organisationId, configurations);
  const foundByKey = new Map(found.map((alarm) => [keyOf(alarm), alarm]));
  const openKeys = new Set(openAlarms.map(keyOf));
  const ended: AlarmRow[] = [];
  for (const alarm of openAlarms) {
    const now = foundByKey.get(keyOf(alarm));
    if (now) await follow(tx, alarm, now);
    else ended.push(alarm);
  }
  await endAlarms(services, tx, ended, configurations);
  for (const { waitMs, ...alarm } of found) {
    if (openKeys.has(keyOf(alarm))) continue;
    const row = { ...alarm, id: newId(), createdAt: services.now() };
    const opened = await openAlarm(tx, organisationId, row);
    if (opened) await queueAlertingWork(tx, organisationId, "alarm", [opened], newId, waitMs);
  }
}

/** Returns the key of an alarm. At most one alarm is open for each key. */
const keyOf = ({ kind, configurationId }: Pick<AlarmRow, "kind" | "configurationId">) =>
  `${kind} ${configurationId}`;

/** Lists the organisation's present problems that deserve an alarm. */
async function findAlarms(
  services: Services,
  tx: Transaction,
  organisationId: string,
  configurations: Configurations,
): Promise<FoundAlarm[]> {
  const now = services.now();
  const webhookHealth = await listWebhookHealth(tx, organisationId);
  const webhookProblemById = await webhookProblems(
    services,
    tx,
    organisationId,
    configurations.map(({ configuration }) => configuration),
    webhookHealth,
    now,
  );
  const byConfiguration = configurations.flatMap(({ configuration, credential }) => {
    const health = healthOf(configuration, now, webhookProblemById.get(configuration.id));
    // configurations may share a credential; only the first one gets the alarm
    const sharing = configurations.filter((other) => other.credential.id === credential.id);
    const isFirst = sharing[0]?.configuration === configuration;
    return [
      healthAlarm(configuration, health, now),
      isFirst ? secretAlarm(configuration, credential, now, wordsFor(services, configuration)) : null,
    ];
  });
  const found = [...byConfiguration, await onCallCoverageAlarm(services, tx, organisationId)];
  return found.filter((alarm) => alarm !== null);
}

/**
 * Updates an open alarm. A new stage notifies the admins at once, except for `degraded`, which only follows a worse
 * stage.
 */
async function follow(tx: Transaction, alarm: AlarmRow, now: FoundAlarm): Promise<void> {
  const { organisationId, id } = alarm;
  const { stage, title, body } = now;
  if (alarm.stage !== stage || alarm.title !== title || alarm.body !== body)
    await updateAlarm(tx, organisationId, id, { stage, title, body });
  if (alarm.stage !== stage && stage !== "degraded") await sendNow(tx, alarm);
}

/**
 * Ends alarms. Notifies the admins of each recovery, if they were notified of the alarm. The admins get one message for
 * each configuration, even if several of its alarms end together.
 */
async function endAlarms(
  services: Services,
  tx: Transaction,
  ended: readonly AlarmRow[],
  configurations: Configurations,
): Promise<void> {
  const recoveredIds = new Set<string | null>();
  const byKind = ended.toSorted((a, b) => alarmKinds.indexOf(a.kind) - alarmKinds.indexOf(b.kind));
  for (const alarm of byKind) {
    const { organisationId, id, configurationId } = alarm;
    const isRecovered = wasMended(alarm, configurations) && !recoveredIds.has(configurationId);
    await updateAlarm(tx, organisationId, id, { endedAt: services.now(), isRecovered });
    if (!isRecovered) continue;
    recoveredIds.add(configurationId);
    await sendNow(tx, alarm);
  }
}

/**
 * Whether the admins get a recovery for an ended alarm. They don't if nobody was notified of the alarm, if the
 * configuration is disabled or deleted, or if the day of the expiry was removed.
 */
function wasMended({ kind, configurationId, rounds }: AlarmRow, configurations: Configurations): boolean {
  // a worker is watching, so one runs again
  if (kind === "worker_silent") return rounds > 0;
  const found = configurations.find(({ configuration }) => configuration.id === configurationId);
  if (rounds === 0 || !found || found.configuration.disabledAt) return false;
  return kind !== "secret" || Boolean(found.credential.secretExpiresOn);
}

/** Makes an alarm due to be sent now, even if the next repetition is already queued. */
async function sendNow(tx: Transaction, { organisationId, id }: AlarmRow): Promise<void> {
  await queueAlertingWork(tx, organisationId, "alarm", [id], newId);
  await hastenAlertingWork(tx, "alarm", id);
}
