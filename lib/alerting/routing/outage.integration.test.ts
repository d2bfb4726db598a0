import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { getDetection } from "#lib/triage/get.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { mergeUnclaimed } from "#lib/ingest/deliveries/replay.ts";
import { development, formValues, production } from "#test/form.ts";
import { startNotifying } from "#test/notifying.ts";
import { feed, notifyDue, pollNow, save, signal } from "#test/steps.ts";
import { mergeAll, postToWebhook, webhookToken } from "#test/webhook-bodies.ts";

const started = await startNotifying();
const { stack, admin, clock, alertOf, addDevice, execute, readAt } = started;
const { services } = stack;
const token = await webhookToken(admin);
const minutes = 60_000;
beforeEach(async () => {
  // alerts that Azure has already aren't new
  await pollNow(services);
  await started.reset();
});
afterAll(started.stop);

const receive = (...alerts: unknown[]) => postToWebhook(services, token, alerts);
/** Lets time pass in which no worker runs. */
const withoutWorker = (ms: number) => {
  clock.laterMs += ms;
};
const mergeAndNotify = async () => {
  await mergeAll(services);
  await notifyDue(services);
};
const idOf = async (title: string) => (await feed(admin, { q: title })).items[0]?.id ?? "";

/** Returns an alert as Azure has it. */
async function atAzure(title: string) {
  const alerts = (await stack.control("GET", `/alerts?subscriptionId=${production}`)) as {
    name: string;
    properties: { alertDisplayName: string; alertUri: string; systemAlertId: string };
  }[];
  const found = alerts.find(({ properties }) => properties.alertDisplayName === title);
  if (!found) throw new Error("not raised");
  return found;
}

/** Raises an alert at Azure now. Returns a function that delivers it by webhook. */
async function raisedAtAzure(title: string) {
  const at = services.now().toISOString();
  const properties = {
    alertDisplayName: title,
    severity: "High",
    timeGeneratedUtc: at,
    startTimeUtc: at,
  };
  await stack.control("POST", "/alerts", { subscriptionId: production, properties });
  const { alertUri, systemAlertId } = (await atAzure(title)).properties;
  return () => receive(alertOf(title, { ...properties, alertUri, systemAlertId }));
}

describe("an alert that was received in time and waited for a worker", () => {
  it.each([90, 23 * 60, 71 * 60])("for %d minutes notifies and escalates like a new one", async (waited) => {
    const { path } = await addDevice(admin);
    const title = `waited-${waited}`;
    await receive(alertOf(title));
    withoutWorker(waited * minutes);
    await mergeAndNotify();
    expect(readAt(path)).toMatchObject([{ title: `High: ${title}` }]);
    await started.advance(5 * minutes);
    expect(readAt(path)).toMatchObject([
      { title: `High: ${title}` },
      { body: expect.stringContaining("Nobody has acknowledged it for 5 minutes") },
    ]);
  });

  it("is history after 72 hours", async () => {
    const { path } = await addDevice(admin);
    await receive(alertOf("waited-too-long"));
    withoutWorker(73 * 60 * minutes);
    await mergeAndNotify();
    await started.advance(minutes + 1_000);
    expect(readAt(path)).toMatchObject([{ title: expect.stringContaining("1 alert came meanwhile") }]);
  });

  it("notifies as received when its first delivery was, if a later one is merged with it", async () => {
    const { path } = await addDevice(admin);
    const at = services.now();
    await receive(alertOf("delivered-twice"));
    withoutWorker(80 * minutes);
    await receive(
      alertOf("delivered-twice", {
        severity: "High",
        description: "More is known.",
        startTimeUtc: at.toISOString(),
        timeGeneratedUtc: at.toISOString(),
      }),
    );
    await mergeAndNotify();
    expect(readAt(path)).toMatchObject([{ title: "High: delivered-twice" }]);
  });

  it("notifies although a poll finds it first, and once", async () => {
    const { path } = await addDevice(admin);
    const deliver = await raisedAtAzure("polled-first");
    await deliver();
    withoutWorker(90 * minutes);
    await pollNow(services);
    await notifyDue(services);
    expect(readAt(path)).toEqual([]);
    await mergeAndNotify();
    expect(readAt(path)).toMatchObject([{ title: "High: polled-first" }]);
    // a further delivery, and Azure's next answer, are nothing new
    await deliver();
    await mergeAndNotify();
    await pollNow(services);
    await notifyDue(services);
    expect(readAt(path)).toHaveLength(1);
    // the summary of the time without polls doesn't count it
    await started.advance(5 * minutes);
    expect(readAt(path)).toMatchObject([
      { title: "High: polled-first" },
      { body: expect.stringContaining("Nobody has acknowledged it for 5 minutes") },
    ]);
  });

  it("isn't in the summary of what a poll found, which has the others", async () => {
    const { path } = await addDevice(admin);
    const deliver = await raisedAtAzure("polled-and-delivered");
    await raisedAtAzure("polled-only");
    await deliver();
    withoutWorker(90 * minutes);
    await pollNow(services);
    await mergeAndNotify();
    await started.advance(minutes + 1_000);
    expect(readAt(path)).toMatchObject([
      { title: "High: polled-and-delivered" },
      { body: "1 High · Too old to notify one by one" },
    ]);
  });

  it("notifies nobody if somebody has taken on or Azure has closed what the poll found", async () => {
    const { path } = await addDevice(admin);
    const [deliverOwned, deliverClosed] = [await raisedAtAzure("owned"), await raisedAtAzure("closed")];
    await deliverOwned();
    await deliverClosed();
    withoutWorker(90 * minutes);
    await stack.control("PATCH", `/alerts/${(await atAzure("closed")).name}`, { status: "Resolved" });
    await pollNow(services);
    await acknowledgeDetections(admin, [await idOf("owned")]);
    await mergeAndNotify();
    expect(readAt(path)).toEqual([]);
  });

  it("notifies as a sample if it is one", async () => {
    const { path } = await addDevice(admin);
    await receive(alertOf("sample-waited", { alertType: "SIMULATED_Waited" }));
    withoutWorker(70 * minutes);
    await mergeAndNotify();
    expect(readAt(path)).toMatchObject([
      { title: "High: sample-waited", body: expect.stringContaining("A sample, no attack") },
    ]);
  });
});

describe("an alert that was old when it was received", () => {
  it("is history, however soon it is merged", async () => {
    const { path } = await addDevice(admin);
    await receive(alertOf("retried-late", {}, 95 * minutes));
    await mergeAndNotify();
    await started.advance(minutes + 1_000);
    expect(readAt(path)).toMatchObject([{ body: "1 High · Too old to notify one by one" }]);
  });
});

describe("a configuration that is polled once an hour", () => {
  it("notifies of what was raised since the last poll, and summarises what a first poll finds", async () => {
    const { path } = await addDevice(admin);
    await execute("update configurations set poll_interval_seconds = 3600");
    await raisedAtAzure("since-last-poll");
    withoutWorker(65 * minutes);
    await pollNow(services);
    await notifyDue(services);
    expect(readAt(path)).toMatchObject([{ title: "High: since-last-poll" }]);
    await raisedAtAzure("before-first-poll");
    await execute("update configurations set last_good_sync_at = null");
    withoutWorker(65 * minutes);
    await pollNow(services);
    await notifyDue(services);
    expect(readAt(path)).toHaveLength(1);
    expect((await getDetection(admin, await idOf("before-first-poll"))).recipients).toEqual([]);
  });
});

// last: two configurations are polled from here on
describe("what was received before its configuration was added", () => {
  it("is history, whether it was kept as unclaimed or still waited", async () => {
    const { path } = await addDevice(admin);
    const { organisationId } = admin.actor;
    const receiveEarly = (name: string) => {
      const alertUri = `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${development}/location/westeurope`;
      return receive(alertOf(name, { alertUri, resourceIdentifiers: [] }));
    };
    await receiveEarly("unclaimed");
    await mergeAndNotify();
    await receiveEarly("waiting");
    withoutWorker(90 * minutes);
    await save(admin, { ...formValues, displayName: "Azure Development", subscriptionIds: development });
    await execute(
      `update configurations set created_at = '${services.now().toISOString()}' where scope_id = '${development}'`,
    );
    const of = { organisationId, vendor: formValues.vendor, scopeId: development };
    expect(await mergeUnclaimed(services, of, signal)).toBe(1);
    await mergeAndNotify();
    for (const title of ["unclaimed", "waiting"]) expect(await idOf(title)).not.toBe("");
    expect(readAt(path)).toEqual([]);
  });
});
