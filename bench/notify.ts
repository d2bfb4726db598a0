import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { inOrganisation, retryIfRaced } from "#db/client.ts";
import { saveDevice } from "#lib/alerting/devices/save.ts";
import { currentVapidKey, ensureVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { type WebhookStack, startWebhookStack } from "#test/webhook-stack.ts";
import { formValues } from "#test/stack.ts";
import { save } from "#test/steps.ts";
import { buildPortal } from "../scripts/build.ts";
import { bodies } from "./bodies.ts";
import { countMissed, figuresOf, report } from "./figures.ts";
import { poster } from "./load.ts";
import type { Arrival } from "./push-stand-in.ts";

const people = 100;
const devicesOfEach = 2;
const aimMs = 2_000;
/** for this long after a message, later alerts are gathered for the person's next one */
const gatherMs = 60_000;
const { values } = parseArgs({
  options: {
    /** the part to run: calm, storm or busy; without it all parts run */
    part: { type: "string" },
    seconds: { type: "string", default: "20" },
  },
});
const seconds = Number(values.seconds);
const tickMs = 1_000 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

type StandInState = { arrivals: Arrival[]; read: number; connections: number; tokens: number };
type Ready = { host: string; keys: { p256dh: string; auth: string } };
type StandIn = Ready & { arrivals: Arrival[]; last: () => StandInState; stop: () => void };

if (!(await buildPortal())) process.exit(1);
const standIn = await startStandIn();
const settings = { POCKETSOC_VAPID_SUBJECT: "mailto:soc@contoso.com", POCKETSOC_PUSH_HOSTS: standIn.host };
const stack = await startWebhookStack("bench-notify", { webs: 1, workers: 1, settings });
try {
  await main();
} finally {
  await stack.stop();
  standIn.stop();
}
process.exit(countMissed() === 0 ? 0 : 1);

async function main(): Promise<void> {
  await save(stack.admin, formValues);
  await addPeople();
  console.log(
    `From the webhook to an accepted web push: ${people} people who want High alerts, ${devicesOfEach} devices each; High alerts of 4.8 KB through the web's route, one worker`,
  );
  await measure("warm-up", 1, 3, (index) => `Warm_${index}`);
  const parts: [name: string, perSecond: number, typeOf: (index: number) => string][] = [
    ["calm: 1/s", 1, (index) => `Calm_${index}`],
    ["storm: 50/s", 50, (index) => `Storm_${index}`],
  ];
  for (const [name, perSecond, typeOf] of parts)
    if (values.part === undefined || name.startsWith(values.part))
      await measure(name, perSecond, seconds, typeOf);
}

async function startStandIn(): Promise<StandIn> {
  const child = fork("bench/push-stand-in.ts", { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [ready] = (await once(child, "message")) as [Ready];
  const arrivals: Arrival[] = [];
  let last: StandInState = { arrivals: [], read: 0, connections: 0, tokens: 0 };
  child.on("message", (message: StandInState) => {
    arrivals.push(...message.arrivals);
    last = message;
  });
  return { ...ready, arrivals, last: () => last, stop: () => child.disconnect() };
}

async function addPeople(): Promise<void> {
  const { services, actor } = stack.admin;
  services.webPush = { ...services.webPush, moreHosts: [standIn.host] };
  await ensureVapidKey(services);
  const publicKey = (await currentVapidKey(services))?.publicKey ?? "";
  for (let person = 0; person < people; person++) {
    const ctx = await stack.asMember("analyst", actor.organisationId);
    for (let device = 0; device < devicesOfEach; device++) {
      const endpoint = `https://${standIn.host}/${person}/${device}`;
      await saveDevice(ctx, {
        pushSubscription: { endpoint, keys: standIn.keys },
        publicKey,
        userAgent: "Bench",
        hasTouch: true,
      });
    }
  }
}

/**
 * Sends alerts and waits until every message has been sent. Prints how long the alerts took that sounded at once, and how many
 * were gathered.
 */
async function measure(
  name: string,
  perSecond: number,
  forSeconds: number,
  typeOf: (index: number) => string,
): Promise<void> {
  standIn.arrivals.length = 0;
  await deleteNotifications(stack);
  const cpuBefore = cpuMs(stack.workerPid());
  // new connections: old ones may have been closed during a pause
  const post = poster(`${stack.address()}/api/webhooks/azure-logic-app`, 50, {
    authorization: `Bearer ${stack.token}`,
  });
  const next = bodies(name.split(":")[0] ?? name, undefined, typeOf);
  const sentAt = new Map<string, number>();
  const began = performance.now();
  const sent: Promise<unknown>[] = [];
  const refused: unknown[] = [];
  for (let index = 0; index < perSecond * forSeconds; index++) {
    const dueMs = (index / perSecond) * 1_000 - (performance.now() - began);
    if (dueMs > 0) await pause(dueMs);
    const at = performance.timeOrigin + performance.now();
    sent.push(
      post(next()).then(
        ({ status, text }) => {
          if (status === 200) sentAt.set(/[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? "", at);
          else refused.push(status);
        },
        (error: unknown) => refused.push(error),
      ),
    );
  }
  await Promise.all(sent);
  if (refused.length > 0) throw new Error(`the webhook refused ${refused.length}`, { cause: refused[0] });
  const load = loadavg()[0]?.toFixed(1);
  await waitUntilSent(stack);
  const sentBy = await detectionsOf(stack, sentAt);
  // each device's message about one alert; the others name several
  const first = new Map<string, number>();
  for (const [at, path, topic] of standIn.arrivals)
    if (!first.has(`${path} ${topic}`)) first.set(`${path} ${topic}`, at);
  const took = [...first].flatMap(([key, at]) => {
    const since = sentBy.get(key.split(" ")[1] ?? "");
    return since === undefined ? [] : [at - since];
  });
  if (name === "warm-up") return;
  report(`notify, ${name}`, figuresOf(took), aimMs);
  const states = await statesOf(stack, [...sentBy.keys()]);
  const { connections, tokens, read } = standIn.last();
  console.log(
    `  ${((cpuMs(stack.workerPid()) - cpuBefore) / standIn.arrivals.length).toFixed(1)} ms of the worker's CPU for each message; ${perSecond * forSeconds} alerts: ${states.accepted} notifications sent, ${states.failed} failed, ${states.gathered} gathered; ` +
      `${standIn.arrivals.length} messages sent, ${standIn.arrivals.length - took.length} of them about several alerts; ` +
      `${connections} connections, ${tokens} VAPID tokens and ${read} messages read so far; load average ${load}`,
  );
  if (took.length !== states.accepted)
    throw new Error(`${took.length} of ${states.accepted} notifications arrived`);
}

/** Deletes all notifications. Otherwise one part's notifications would count towards the next part's hourly limit. */
async function deleteNotifications({ services, admin }: WebhookStack): Promise<void> {
  // repeated if the worker is writing some of these rows
  await retryIfRaced(() =>
    inOrganisation(services.db, admin.actor.organisationId, async (tx) => {
      await tx.execute("delete from notification_queue");
      await tx.execute("delete from notifications");
      await tx.execute("delete from notification_groups");
      await tx.execute("delete from digests");
      await tx.execute("delete from alarms");
    }),
  );
}

/** Returns a process's CPU time in ms: utime and stime of /proc/<pid>/stat. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Waits until every detection's recipients are decided and every message is sent. */
async function waitUntilSent({ services }: WebhookStack): Promise<void> {
  for (const began = performance.now(); performance.now() - began < 10 * gatherMs; await pause(500)) {
    const [row] = await services.db.execute<{ waiting: number }>(
      "select (select count(*) from inbox) + (select count(*) from notification_queue where subject in ('detection', 'web_push', 'gathered_digest')) as waiting",
    );
    if (Number(row?.waiting) > 0) continue;
    // the stand-in reports arrivals every 200 ms
    await pause(500);
    return;
  }
  throw new Error("notifications still wait");
}

/** Returns when each detection's delivery was sent, keyed by the topic of the detection's notifications. */
async function detectionsOf(
  { services, admin }: WebhookStack,
  sentAt: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const rows = await inOrganisation(services.db, admin.actor.organisationId, (tx) =>
    tx.execute<{ id: string; detection: string }>(
      "select id, detection_ids[1] as detection from deliveries where outcome = 'accepted'",
    ),
  );
  return new Map(
    rows.flatMap(({ id, detection }) => {
      const at = sentAt.get(id);
      return at === undefined ? [] : [[detection.replaceAll("-", ""), at] as const];
    }),
  );
}

/** Counts the accepted, the failed and the gathered notifications of the alerts with these topics. */
async function statesOf({ services, admin }: WebhookStack, topics: string[]) {
  const wanted = new Set(topics);
  const topic = "replace(detection_id::text, '-', '')";
  const rows = await inOrganisation(services.db, admin.actor.organisationId, (tx) =>
    tx.execute<{ detection: string; state: string; count: number }>(
      `select ${topic} as detection, state, count(*)::int as count from notifications
        where reason = 'raised' group by 1, 2`,
    ),
  );
  const sum = (state: string) =>
    rows
      .filter((row) => wanted.has(row.detection) && row.state === state)
      .reduce((total, row) => total + row.count, 0);
  return { accepted: sum("accepted"), gathered: sum("gathered"), failed: sum("failed") };
}
