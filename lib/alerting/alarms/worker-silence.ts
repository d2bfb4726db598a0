import { inOrganisation } from "#db/client.ts";
import { lockOpenAlarms, openAlarm, updateAlarm } from "#db/queries/alerting/alarms.ts";
import { hastenAlertingWork, queueAlertingWork } from "#db/queries/alerting/queue.ts";
import {
  claimWorkerSilence,
  getWorkerPresence,
  recordSilenceTold,
  recordWorker,
} from "#db/queries/work/worker-presence.ts";
import { clockToleranceMs, isClockOff } from "#lib/domain/clock.ts";
import type { Services } from "#lib/core/context.ts";
import { forEachOrganisation } from "#lib/core/each-organisation.ts";
import { newId } from "#lib/platform/ids.ts";
import { pauseOrAbort } from "#lib/platform/pause.ts";
import { leaseAlarmWork } from "../work.ts";

const times = {
  /** how long no worker may say that it runs before the admins are told */
  silentMs: 2 * 60_000,
  repeatMs: 4 * 3_600_000,
  /** longer than telling takes; a web that dies meanwhile is followed by another */
  claimMs: 60_000,
};
/**
 * how long a web waits before it looks for the first time: after a time in which nothing ran, the worker that starts with it needs a
 * moment, and nobody should hear that it has stopped
 */
export const lookAfterMs = times.silentMs;
/** how often a worker says that it runs, and how often a web looks */
const presenceEveryMs = 15_000;

/**
 * Says that a worker runs. The worker calls this every `presenceEveryMs`. Also notices that the database's clock went back by
 * more than a minute, and lets what is waiting follow it.
 */
export async function reportWorker(services: Services): Promise<void> {
  const backMs = await recordWorker(services.db, services.now(), clockToleranceMs);
  if (backMs > 0) services.log("clock.went_back", { seconds: Math.round(backMs / 1_000) });
}

/**
 * Returns whether a worker runs. `never`: none ever ran with this database. `silent`: none has said so for two minutes;
 * `seenAt` is when one last did. `clockAheadMs` is how far its clock was ahead of the database's; null if it was right to a
 * minute.
 */
export async function getWorkerState(
  services: Services,
): Promise<{ state: "running" | "silent" | "never"; seenAt: Date | null; clockAheadMs: number | null }> {
  const presence = await getWorkerPresence(services.db, times.silentMs);
  if (!presence) return { state: "never", seenAt: null, clockAheadMs: null };
  const { isSilent, seenAt, clockAheadMs } = presence;
  return {
    state: isSilent ? "silent" : "running",
    seenAt,
    clockAheadMs: isClockOff(clockAheadMs) ? clockAheadMs : null,
  };
}

/**
 * Tells the admins of every organisation that no worker runs, on their devices, and by e-mail if this process has the mail
 * setting with its login. Does nothing unless `claimWorkerSilence` gives this process the task. The web calls this every
 * `presenceEveryMs`, since a worker that doesn't run can send nothing. When a worker is back, it ends the alarms.
 */
export async function tellWorkerSilence(services: Services, signal: AbortSignal): Promise<void> {
  const since = await claimWorkerSilence(services.db, times);
  if (!since) return;
  services.log("worker.silent", { since });
  const own = services.mail.isLoginHeld ? { ...services, mail: { ...services.mail, from: null } } : services;
  await forEachOrganisation(services, signal, "worker.silence_failed", (organisationId) =>
    tellOrganisation(own, organisationId, since),
  );
  await recordSilenceTold(services.db);
}

async function tellOrganisation(services: Services, organisationId: string, since: Date): Promise<void> {
  const alarmId = await inOrganisation(services.db, organisationId, async (tx) => {
    const alarm = {
      kind: "worker_silent",
      configurationId: null,
      stage: "stopped",
      title: "PocketSOC's worker has stopped",
      body: `No worker has run since ${since.toISOString().slice(0, 16).replace("T", " ")} UTC. Nothing is read from the vendors, no status change is sent, and nobody is notified of alerts. Start the worker; its log says why it ended.`,
    } as const;
    const open = (await lockOpenAlarms(tx, organisationId)).find(({ kind }) => kind === alarm.kind);
    if (open) await updateAlarm(tx, organisationId, open.id, { body: alarm.body });
    const row = { ...alarm, id: newId(), createdAt: services.now() };
    const id = open?.id ?? (await openAlarm(tx, organisationId, row));
    if (!id) return null;
    await queueAlertingWork(tx, organisationId, "alarm", [id], newId);
    await hastenAlertingWork(tx, "alarm", id);
    return id;
  });
  // the alarm first, then the notifications that it queued
  for (let round = 0; alarmId && round < 3; round++) {
    const pieces = await leaseAlarmWork(services, organisationId, alarmId);
    await Promise.all(pieces.map((piece) => piece()));
  }
}

/**
 * Calls `work` after `afterMs` and then every `presenceEveryMs` until `signal` aborts. Logs an error under the name `event` and goes
 * on.
 */
export async function everyPresence(
  services: Services,
  event: string,
  work: (services: Services, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  afterMs = 0,
): Promise<void> {
  if (afterMs > 0) await pauseOrAbort(afterMs, signal);
  while (!signal.aborted) {
    await work(services, signal).catch((error: unknown) => services.log(event, { error }));
    await pauseOrAbort(presenceEveryMs, signal);
  }
}
