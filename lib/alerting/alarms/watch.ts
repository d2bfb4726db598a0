import { inOrganisation, type Transaction } from "#db/client.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { hastenNotification, queueNotifications } from "#db/queries/alerting/queue.ts";
import { listOpenNotices, type NoticeRow, openNotice, updateNotice } from "#db/queries/alerting/digests.ts";
import { listWebhookHealth } from "#db/queries/ingest/webhook-health.ts";
import type { NoticeKind } from "#lib/domain/notification.ts";
import { newId } from "#lib/platform/ids.ts";
import { forEachOrganisation } from "#lib/core/each-organisation.ts";
import type { Services } from "#lib/core/context.ts";
import { healthOf } from "#lib/sources/configurations/health.ts";
import { webhookProblems } from "#lib/sources/configurations/webhook-health.ts";
import { type Alarm, healthAlarm, recoveryOf, secretAlarm } from "./alarms.ts";
import { onCallCoverageAlarm } from "./on-call-coverage.ts";
import { AlarmDetail } from "#lib/domain/digest.ts";

type Found = { kind: NoticeKind; configurationId: string | null; alarm: Alarm };
const kinds: readonly NoticeKind[] = ["health", "secret", "uncovered"];

/**
 * Looks at what an organisation's admins are to be told of beside alerts: configurations that aren't well, secrets that
 * end, hours that nobody covers. What is new is told, what is over too if it was told before. Run every minute.
 */
export function watchOrganisations(services: Services, signal: AbortSignal): Promise<void> {
  return forEachOrganisation(services, signal, "watch.failed", (organisationId) =>
    inOrganisation(services.db, organisationId, (tx) => watch(services, tx, organisationId)),
  );
}

async function watch(services: Services, tx: Transaction, organisationId: string): Promise<void> {
  const rows = await listConfigurations(tx, organisationId);
  const open = await listOpenNotices(tx, organisationId, kinds);
  const found = await listAlarms(services, tx, organisationId, rows);
  const keyOf = ({ kind, configurationId }: Pick<NoticeRow, "kind" | "configurationId">) =>
    `${kind} ${configurationId}`;
  const byKey = new Map(found.map((one) => [keyOf(one), one]));
  // of several that end at once the configuration's own is told
  for (const notice of open.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))) {
    const now = byKey.get(keyOf(notice));
    byKey.delete(keyOf(notice));
    if (now) await follow(tx, notice, now.alarm);
    else await recover(services, tx, notice, rows);
  }
  for (const { kind, configurationId, alarm } of byKey.values()) {
    const about = { kind, configurationId, userId: null };
    const row = { id: newId(), detail: alarm.detail, createdAt: services.now() };
    const opened = await openNotice(tx, organisationId, about, row);
    if (opened) await queueNotifications(tx, organisationId, "notice", [opened], newId, alarm.waitMs);
  }
}

type Rows = Awaited<ReturnType<typeof listConfigurations>>;

async function listAlarms(
  services: Services,
  tx: Transaction,
  organisationId: string,
  rows: Rows,
): Promise<Found[]> {
  const now = services.now();
  const heard = await listWebhookHealth(tx, organisationId);
  const configurations = rows.map((one) => one.configuration);
  const pushes = await webhookProblems(tx, organisationId, configurations, heard, now);
  const ofConfigurations = rows.flatMap(({ configuration, credential }): Found[] => {
    const { id: configurationId } = configuration;
    const health = healthOf(configuration, now, pushes.get(configurationId));
    // several may share a credential: one word is enough
    const isFirst = rows.find((one) => one.credential.id === credential.id)?.configuration === configuration;
    const alarms = [
      ["health", healthAlarm(configuration, health, now)],
      ["secret", isFirst ? secretAlarm(configuration, credential, now) : null],
    ] as const;
    return alarms.flatMap(([kind, alarm]) => (alarm ? [{ kind, configurationId, alarm }] : []));
  });
  const uncovered = await onCallCoverageAlarm(services, tx, organisationId);
  return [
    ...ofConfigurations,
    ...(uncovered ? [{ kind: "uncovered", configurationId: null, alarm: uncovered } as const] : []),
  ];
}

/** What is wrong still, or otherwise: the next degree of it is told at once. */
async function follow(tx: Transaction, notice: NoticeRow, alarm: Alarm): Promise<void> {
  const was = AlarmDetail.parse(notice.detail);
  const detail = { ...alarm.detail, isPosted: was.isPosted };
  if (JSON.stringify(was) !== JSON.stringify(detail))
    await updateNotice(tx, notice.organisationId, notice.id, { detail });
  if (was.stage === alarm.detail.stage || alarm.detail.stage === "Degraded") return;
  await queueNotifications(tx, notice.organisationId, "notice", [notice.id], newId);
  await hastenNotification(tx, "notice", notice.id);
}

/** It is over: told once, if it was told that it began. */
async function recover(services: Services, tx: Transaction, notice: NoticeRow, rows: Rows): Promise<void> {
  const { organisationId, configurationId, kind } = notice;
  const now = services.now();
  await updateNotice(tx, organisationId, notice.id, { endedAt: now });
  const row = rows.find((one) => one.configuration.id === configurationId);
  // what was deleted or disabled isn't well again
  if (notice.rounds === 0 || !row || row.configuration.disabledAt) return;
  if (kind === "secret" && !row.credential.secretExpiresOn) return;
  const about = { kind: "recovered", configurationId, userId: null } as const;
  const detail = { ...recoveryOf(kind, AlarmDetail.parse(notice.detail)), endsId: notice.id };
  const opened = await openNotice(tx, organisationId, about, { id: newId(), detail, createdAt: now });
  if (opened) await queueNotifications(tx, organisationId, "notice", [opened], newId);
}
