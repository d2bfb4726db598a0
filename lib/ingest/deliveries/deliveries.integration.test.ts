import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { goodAlert } from "#test/alerts.ts";
import { postToWebhook, mergeAll, webhookBodyOf, webhookToken } from "#test/webhook-bodies.ts";
import { development, formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, pollNow, save, sendDue, signal } from "#test/steps.ts";
import { setConfigurationDisabled } from "#lib/sources/configurations/change.ts";
import type { Context } from "#lib/core/context.ts";
import { getDelivery } from "./get.ts";
import { listDeliveries } from "./list.ts";
import { mergeUnclaimed, replayDelivery } from "./replay.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";

const third = "33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03";
const sandbox = "44c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e04";

let stack: TestStack;
let admin: Context;
let token: string;
let configurationId: string;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  token = await webhookToken(admin);
  configurationId = await save(admin, formValues);
});
const { vendor } = formValues;
beforeEach(() => stack.control("DELETE", "/requests"));
afterAll(() => stack.stop());

const deliver = async (body: unknown) => {
  const answer = await postToWebhook(stack.services, token, body);
  await mergeAll(stack.services);
  const [newest] = (await listDeliveries(admin, DeliveryQuery.parse({}), null)).items;
  if (!newest) throw new Error("no delivery");
  return { answer, delivery: newest };
};
const arm = (name: string, properties = {}) =>
  goodAlert(
    {
      systemAlertId: name,
      alertUri: `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${production}/location/westeurope`,
      ...properties,
    },
    name,
  );
const detectionOf = async ({ detectionIds: [id] }: { detectionIds: string[] }) => getDetection(admin, id);
/** Creates alerts at the emulated vendor and returns them as the vendor lists them. */
const createAlerts = async (count: number) => {
  const { names } = (await stack.control("POST", "/alerts", { subscriptionId: production, count })) as {
    names: string[];
  };
  const all = (await stack.control("GET", `/alerts?subscriptionId=${production}`)) as ReturnType<
    typeof goodAlert
  >[];
  return all.filter(({ name }) => names.includes(name));
};
const requestsToAzure = async () =>
  ((await stack.control("GET", "/requests")) as { method: string; path: string }[]).map(
    ({ method, path }) => `${method} ${path}`,
  );

describe("a delivery", () => {
  it("is stored before it is acknowledged, and merged into a detection once", async () => {
    const { answer, delivery } = await deliver(webhookBodyOf(arm("d-1")));
    expect(answer).toEqual({ status: 200, sentence: `stored, delivery ${delivery.id}` });
    expect(delivery).toMatchObject({ outcome: "accepted", schema: "push", configurationId });
    expect(await detectionOf(delivery)).toMatchObject({
      title: "Suspicious process on a host",
      severity: "high",
      status: "active",
      copies: { firstPolledAt: null, unknown: false },
    });
    const again = await deliver(webhookBodyOf(arm("d-1")));
    expect(again.delivery).toMatchObject({ outcome: "duplicate", detectionIds: delivery.detectionIds });
  });

  it("shows its body and each field's path in it, and can be replayed", async () => {
    const { delivery } = await deliver({
      ...webhookBodyOf(arm("d-2")),
      Extra: 12345678901234567890n.toString(),
    });
    const shown = await getDelivery(admin, delivery.id);
    expect(shown.body).toContain('"AlertDisplayName": "Suspicious process on a host"');
    expect(shown.alerts[0]?.fields[0]).toEqual({
      label: "Title",
      value: "Suspicious process on a host",
      path: "AlertDisplayName",
    });
    await replayDelivery(admin, delivery.id);
    expect(await mergeAll(stack.services)).toBe(1);
    expect(await getDelivery(admin, delivery.id)).toMatchObject({
      outcome: "duplicate",
      replayedBy: "Some admin",
      // the time of the first merge isn't known any more
      tookMs: null,
      detections: [{ id: delivery.detectionIds[0], title: "Suspicious process on a host" }],
    });
  });

  it("is unrecognised if it is no alert, and rejected if it is no JSON, both with the reason", async () => {
    const odd = await deliver({ schemaId: "azureMonitorCommonAlertSchema" });
    expect(odd.answer.status).toBe(200);
    expect(odd.delivery).toMatchObject({
      outcome: "unrecognised",
      reason: expect.stringContaining("Azure Monitor"),
    });
    const bad = await deliver("{ not json");
    expect(bad.answer).toMatchObject({ status: 400, sentence: expect.stringContaining("isn't JSON") });
    expect(bad.delivery).toMatchObject({ outcome: "rejected", reason: "The body isn't JSON." });
    await expect(replayDelivery(admin, bad.delivery.id)).rejects.toMatchObject({ code: "conflict" });
  });

  it("sealed by an unknown key waits for a worker with that key", async () => {
    const { keyring } = stack.services;
    stack.services.keyring = [{ id: "newer", key: randomBytes(32) }, ...keyring];
    await postToWebhook(stack.services, token, webhookBodyOf(arm("sealed-1")));
    const withNewer = stack.services.keyring;
    stack.services.keyring = keyring;
    await mergeAll(stack.services);
    const page = () => listDeliveries(admin, DeliveryQuery.parse({}), null);
    expect((await page()).waiting).toBe(1);
    stack.services.keyring = withNewer;
    await stack.services.db.execute("update inbox set due_at = now()");
    await mergeAll(stack.services);
    const { waiting, items } = await page();
    expect([waiting, items[0]?.outcome]).toEqual([0, "accepted"]);
    stack.services.keyring = keyring;
  });

  it("may be a heartbeat of the configuration whose subscription it names", async () => {
    const { delivery } = await deliver({ pocketsoc: "heartbeat", version: 1, subscriptionId: production });
    expect(delivery).toMatchObject({ outcome: "heartbeat", schema: "heartbeat", scopeId: production });
    const query = DeliveryQuery.parse({ configuration: configurationId, outcome: "heartbeat" });
    const { items } = await listDeliveries(admin, query, null);
    expect(items).toMatchObject([{ id: delivery.id, configurationName: formValues.displayName }]);
  });

  it("of an unclaimed subscription is adopted once a configuration reads it", async () => {
    const uri = `https://portal.azure.com/#x/alertId/u-1/subscriptionId/${development}/location/westeurope`;
    const { delivery } = await deliver(webhookBodyOf(arm("u-1"), { AlertUri: uri }));
    expect(delivery).toMatchObject({ outcome: "unclaimed", scopeId: development, detectionIds: [] });
    expect((await listDeliveries(admin, DeliveryQuery.parse({}), null)).unclaimed).toMatchObject([
      { scopeId: development, count: 1 },
    ]);
    const id = await save(admin, { ...formValues, displayName: "Dev", subscriptionIds: development });
    const { organisationId } = admin.actor;
    await mergeUnclaimed(stack.services, { organisationId, vendor, scopeId: development }, signal);
    await mergeAll(stack.services);
    expect(await getDelivery(admin, delivery.id)).toMatchObject({ outcome: "accepted", configurationId: id });
    await setConfigurationDisabled(admin, id, true);
    expect(
      (await deliver(webhookBodyOf(arm("u-2"), { AlertUri: uri.replace("u-1", "u-2") }))).delivery,
    ).toMatchObject({
      outcome: "unclaimed",
    });
    // a disabled configuration of the subscription is named, so that nobody adds it a second time
    expect((await listDeliveries(admin, DeliveryQuery.parse({}), null)).unclaimed).toMatchObject([
      { scopeId: development, disabled: { id, displayName: "Dev" } },
    ]);
  });

  it("of several unclaimed subscriptions is adopted for each of them in turn", async () => {
    const bodyOf = (name: string, subscriptionId: string) =>
      webhookBodyOf(arm(name), {
        AlertUri: `https://portal.azure.com/#x/alertId/${name}/subscriptionId/${subscriptionId}/location/westeurope`,
      });
    const { delivery } = await deliver([bodyOf("s-1", sandbox), bodyOf("s-2", third)]);
    expect(delivery).toMatchObject({
      outcome: "unclaimed",
      reason: expect.stringContaining("Subscriptions "),
    });
    const unclaimed = async () =>
      (await listDeliveries(admin, DeliveryQuery.parse({}), null)).unclaimed.map(({ scopeId }) => scopeId);
    expect(await unclaimed()).toEqual(expect.arrayContaining([sandbox, third]));
    const only = await listDeliveries(admin, DeliveryQuery.parse({ scope: third }), null);
    expect(only.items.map(({ id }) => id)).toEqual([delivery.id]);
    const adopt = async (displayName: string, subscriptionIds: string) => {
      const id = await save(admin, { ...formValues, displayName, subscriptionIds });
      const { organisationId } = admin.actor;
      await mergeUnclaimed(stack.services, { organisationId, vendor, scopeId: subscriptionIds }, signal);
      await mergeAll(stack.services);
      return id;
    };
    const ids = [await adopt("Third", third)];
    const half = await getDelivery(admin, delivery.id);
    expect(half).toMatchObject({ outcome: "unclaimed", scopeId: sandbox });
    expect(half.detections).toHaveLength(1);
    expect(await unclaimed()).not.toContain(third);
    ids.push(await adopt("Sandbox", sandbox));
    const done = await getDelivery(admin, delivery.id);
    expect(done).toMatchObject({ outcome: "accepted" });
    expect(done.detections).toHaveLength(2);
    for (const id of ids) await setConfigurationDisabled(admin, id, true);
  });

  it("may contain many alerts, and counts those that could not be used", async () => {
    const { delivery } = await deliver([webhookBodyOf(arm("l-1")), arm("l-2"), { nothing: "here" }]);
    expect(delivery).toMatchObject({ outcome: "accepted", reason: expect.stringContaining("1 of 3") });
    expect(delivery.detectionIds).toHaveLength(2);
  });

  it("is seen by no other organisation, whatever subscription its body names", async () => {
    const other = await stack.asMember("admin");
    await postToWebhook(stack.services, await webhookToken(other), webhookBodyOf(arm("x-1")));
    await mergeAll(stack.services);
    const [theirs] = (await listDeliveries(other, DeliveryQuery.parse({}), null)).items;
    expect(theirs).toMatchObject({ outcome: "unclaimed", configurationId: null });
    expect((await feed(admin)).items.filter(({ title }) => title === "x-1")).toEqual([]);
    await expect(getDelivery(admin, theirs?.id)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("an alert that only a webhook brought", () => {
  it("is unknown to Azure after two complete polls, and can't be changed then", async () => {
    const { delivery } = await deliver(webhookBodyOf(arm("ghost-1")));
    // while Azure's list may lag behind, no poll counts
    for (let read = 0; read < 3; read++) await pollNow(stack.services);
    expect(await detectionOf(delivery)).toMatchObject({ copies: { unknown: false } });
    await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
      tx.execute(
        "update detection_sources set first_delivered_at = first_delivered_at - interval '6 minutes' where first_polled_at is null",
      ),
    );
    await pollNow(stack.services);
    expect(await detectionOf(delivery)).toMatchObject({ copies: { unknown: false } });
    await pollNow(stack.services);
    const after = await detectionOf(delivery);
    expect(after).toMatchObject({
      copies: { unknown: true },
      writeBlock: expect.stringContaining("Azure does not know this alert"),
    });
    expect(after.timeline[0]?.text).toContain("Azure does not know this alert");
    const [refused] = await setDetectionStatus(admin, {
      items: [{ id: after.id, expected: "active" }],
      to: "resolved",
      note: "Looked at it.",
    });
    expect(refused).toMatchObject({ outcome: "refused", code: "not_allowed" });
  });

  it("can be changed before any poll found it, if Azure returns it by its id", async () => {
    const [alert] = await createAlerts(1);
    if (!alert) throw new Error("Azure has no alert");
    const { delivery } = await deliver(webhookBodyOf(alert));
    const { id } = await detectionOf(delivery);
    await setDetectionStatus(admin, {
      items: [{ id, expected: "active" }],
      to: "resolved",
      note: "Looked at it.",
    });
    await sendDue(stack.services);
    expect(await getDetection(admin, id)).toMatchObject({ syncState: "confirmed", status: "resolved" });
    const requests = await requestsToAzure();
    const firstWrite = requests.findIndex((line) => line.startsWith("POST") && line.includes("/resolve"));
    const path = `/alerts/${alert.name.toLowerCase()}`;
    expect(requests.slice(0, firstWrite).some((line) => line.includes(path))).toBe(true);
    // a delivery from before the change doesn't reopen it
    expect(
      (await deliver(webhookBodyOf(alert, { ProcessingEndTime: new Date().toISOString() }))).delivery.outcome,
    ).toBe("accepted");
    expect(await getDetection(admin, id)).toMatchObject({ status: "resolved" });
    await pollNow(stack.services);
    expect(await getDetection(admin, id)).toMatchObject({ status: "resolved", copies: { unknown: false } });
  });

  it("never makes us send our token to an address that its body names", async () => {
    const hostileUris = [
      "https://portal.azure.com/#x/alertId/s-1/subscriptionId/@/location/evil.example",
      `https://portal.azure.com/#x/alertId/s-1/subscriptionId/${production}/location/..%2f..%2fevil`,
      `https://portal.azure.com/#x/alertId/s-1/subscriptionId/${production}/location/nowhereland`,
    ];
    for (const [index, AlertUri] of hostileUris.entries()) {
      const SystemAlertId = index === 1 ? "../../../x/providers/evil?a=" : `s-${index}`;
      const { delivery } = await deliver(webhookBodyOf(arm("s-1"), { AlertUri, SystemAlertId }));
      const [id] = delivery.detectionIds;
      if (!id) throw new Error("it was not stored");
      await setDetectionStatus(admin, {
        items: [{ id, expected: "active" }],
        to: "resolved",
        note: "Looked at it.",
      });
      await sendDue(stack.services);
      expect(await getDetection(admin, id)).toMatchObject({ syncState: "failed", status: "active" });
    }
    expect(
      (await requestsToAzure()).filter((line) => line.includes("/alerts/") || line.includes("evil")),
    ).toEqual([]);
  });
});

describe("when something fails", () => {
  const countStored = async (names: readonly string[]) =>
    inOrganisation(stack.services.db, admin.actor.organisationId, async (tx) => {
      const list = names.map((name) => `'${name.toLowerCase()}'`).join(",");
      const [row] = await tx.execute<{ rows: number; alerts: number }>(
        `select count(*)::int as rows, count(distinct normalised->>'vendorAlertId')::int as alerts
         from detection_sources where normalised->>'vendorAlertId' in (${list})`,
      );
      return row;
    });

  it("polls find every alert whose delivery was lost, and late deliveries make no duplicates", async () => {
    const alerts = await createAlerts(60);
    const names = alerts.map(({ name }) => name);
    await pollNow(stack.services);
    expect(await countStored(names)).toEqual({ rows: 60, alerts: 60 });
    const late = await Promise.all(
      alerts.slice(0, 20).map((alert) => postToWebhook(stack.services, token, webhookBodyOf(alert))),
    );
    expect(late.every(({ status }) => status === 200)).toBe(true);
    await mergeAll(stack.services);
    expect(await countStored(names)).toEqual({ rows: 60, alerts: 60 });
  });

  it("one delivery that the database refuses waits for its next attempt, and all others are merged", async () => {
    const sql = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
    const names = Array.from({ length: 60 }, (_none, at) => `poisoned-${at}`);
    try {
      await sql`create function refuse() returns trigger language plpgsql as
        $$ begin if new.title = 'Refused' then raise sqlstate '22021'; end if; return new; end $$`;
      await sql`create trigger refuse before insert on detections for each row execute function refuse()`;
      for (const [at, name] of names.entries()) {
        const alertDisplayName = at === 40 ? "Refused" : "Good";
        await postToWebhook(stack.services, token, webhookBodyOf(arm(name, { alertDisplayName })));
      }
      expect(await mergeAll(stack.services)).toBe(59);
      expect(await countStored(names)).toEqual({ rows: 59, alerts: 59 });
      // on a crowded machine its second attempt may be due before the others are merged
      const waiting = await sql`select attempts > 0 as "wasTried",
        due_at > received_at + interval '0.9 seconds' as waits from inbox`;
      expect(waiting).toEqual([{ wasTried: true, waits: true }]);
    } finally {
      await sql`drop function refuse() cascade`;
      await sql`update inbox set due_at = now()`;
      await sql.end();
    }
    expect(await mergeAll(stack.services)).toBe(1);
    expect(await countStored(names)).toEqual({ rows: 60, alerts: 60 });
  });

  it("nothing is lost or duplicated while the clock is moved back by an hour", async () => {
    const { now } = stack.services;
    const before = await createAlerts(3);
    for (const alert of before) await postToWebhook(stack.services, token, webhookBodyOf(alert));
    await pollNow(stack.services);
    stack.services.now = () => new Date(Date.now() - 3_600_000);
    try {
      const [first, ...rest] = before;
      if (!first) throw new Error("none");
      await stack.control("PATCH", `/alerts/${first.name}`, { status: "Dismissed", version: "2022-01-01.9" });
      const during = await createAlerts(3);
      for (const alert of [...during, ...rest])
        await postToWebhook(stack.services, token, webhookBodyOf(alert));
      await mergeAll(stack.services);
      await pollNow(stack.services);
      expect(await countStored([...before, ...during].map(({ name }) => name))).toEqual({
        rows: 6,
        alerts: 6,
      });
      const [row] = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
        tx.execute(`select status from detections d join detection_sources p on p.detection_id = d.id
          where p.normalised->>'vendorAlertId' = '${first.name.toLowerCase()}'`),
      );
      expect(row).toEqual({ status: "dismissed" });
    } finally {
      stack.services.now = now;
    }
  });
});
