import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import type { Json } from "#lib/domain/detection.ts";
import { bentAlert, goodAlert, nested } from "./alerts.ts";
import { formValues, production, startTestStack, type TestStack } from "./stack.ts";
import { all, feed, poll, pollNow, save, sendDue, signal } from "./steps.ts";
import { mergeAll, postToWebhook, webhookBodyOf, webhookToken } from "./webhook-bodies.ts";
import { checkConfiguration } from "#lib/sources/configurations/check.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";

let stack: TestStack;
let admin: Context;
let id: string;
const added: string[] = [];

const atAzure = () => stack.control("GET", `/alerts?subscriptionId=${production}`) as Promise<unknown[]>;
const address = (name: string) =>
  `/subscriptions/${production}/providers/Microsoft.Security/locations/centralus/alerts/${name}`;
/** Adds `alert` exactly as given, or without it the emulator's default alert with `properties`. Returns the alert's name. */
async function addAlert(more: { alert?: object; properties?: object }): Promise<string> {
  const body = { subscriptionId: production, count: 1, ...more };
  const { names } = (await stack.control("POST", "/alerts", body)) as { names: string[] };
  added.push(names[0] ?? "");
  return names[0] ?? "";
}

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  id = await save(admin, formValues);
  await poll(stack.services);
});
afterEach(async () => {
  for (const name of added.splice(0)) await stack.control("DELETE", `/alerts/${name}`);
});
afterAll(() => stack.stop());

describe("malformed and hostile alerts", () => {
  it("don't keep good ones from being stored", async () => {
    const bent = fc.sample(bentAlert, { seed: 7, numRuns: 150 }).map((alert, index) => ({
      ...(alert as { [key: string]: Json }),
      id: address(`bent-${index}`),
      name: `bent-${index}`,
    }));
    for (const alert of bent) await addAlert({ alert });
    await addAlert({ properties: { alertDisplayName: "The good one behind them" } });
    const { outcome, tally } = await pollNow(stack.services);
    expect({ outcome, read: tally.read }).toEqual({ outcome: "read", read: (await atAzure()).length });
    expect(tally.added + tally.skipped).toBe(151);
    expect(tally.added).toBeGreaterThan(60);
    const { items } = await feed(admin, { q: "The good one behind them" });
    expect(items).toHaveLength(1);
    for (const detection of await stored())
      expect(await getDetection(admin, detection.id)).toMatchObject({ id: detection.id });
    // polled again, unchanged alerts cost no write
    expect((await pollNow(stack.services)).tally).toMatchObject({ added: 0, changed: 0 });
    const configuration = await getVendorConfiguration(admin, id);
    expect(configuration.skipped.length).toBeGreaterThan(0);
    expect(configuration.skipped.every(({ reason }) => reason !== "")).toBe(true);
  });

  it("are stored and shown word for word, with numbers too large for JavaScript", async () => {
    const alert = `{"id": "${address("word-for-word")}", "name": "word-for-word",  "properties":{"status":"Active",
      "alertDisplayName":"Word for word","extendedProperties":{"count":12345678901234567890,"huge":1e400,"a":"x","a":"y"}}}`;
    const list = `{"value":[ ${alert} ]}`;
    await stack.control("POST", "/faults", { target: "list", kind: "body", text: list, times: 1 });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { added: 1, skipped: 0 } });
    const [item] = (await feed(admin, { q: "word for word" })).items;
    const [row] = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
      tx.execute<{ raw: Buffer }>(`select raw from detection_sources where detection_id = '${item?.id}'`),
    );
    expect(gunzipSync(row?.raw ?? Buffer.alloc(0)).toString()).toBe(alert);
    const { raw } = await getDetection(admin, item?.id);
    expect(raw).toContain('"count": 12345678901234567890');
    expect(raw).toContain('"huge": 1e400');
  });

  it("are stored with very long texts", async () => {
    const unlike = (length: number, from: number) =>
      String.fromCodePoint(...Array.from({ length }, (_, at) => from + ((at * 7_919) % 20_000)));
    await addAlert({
      properties: {
        alertDisplayName: unlike(5_000, 0x4e00),
        alertType: unlike(5_000, 0x4e00),
        description: unlike(40_000, 0x4e00),
        compromisedEntity: unlike(5_000, 0x4e00),
        resourceIdentifiers: [{ type: "LogAnalytics", workspaceId: unlike(5_000, 0x4e00) }],
      },
    });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { added: 1, skipped: 0 } });
  });

  it("show nothing of a delivery once a poll has read them, also where the poll found nothing", async () => {
    const nothing = { extendedLinks: null, techniques: [], subTechniques: [], compromisedEntity: "" };
    const name = await addAlert({ properties: { alertDisplayName: "Read by a poll", ...nothing } });
    await pollNow(stack.services);
    const detectionOf = async () => {
      const [item] = (await feed(admin, { q: "Read by a poll" })).items;
      const { title, severity, description, links, techniques, entities, compromisedEntity, copies } =
        await getDetection(admin, item?.id);
      const shown = { title, severity, description, links, techniques, entities, compromisedEntity };
      return { shown, isDelivered: copies.firstDeliveredAt !== null };
    };
    const before = await detectionOf();
    const poison = webhookBodyOf(
      goodAlert({
        systemAlertId: name,
        alertUri: `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${production}/location/centralus`,
        alertDisplayName: "Poison",
        extendedLinks: [{ Label: "Poison", Href: "https://learn.microsoft.com/poison" }],
      }),
      { Techniques: ["T1059"] },
    );
    expect(await postToWebhook(stack.services, await webhookToken(admin), poison)).toMatchObject({
      status: 200,
    });
    await mergeAll(stack.services);
    expect(await detectionOf()).toEqual({ ...before, isDelivered: true });
  });

  it("show no link to a host that isn't trusted, even if an earlier version stored one", async () => {
    await addAlert({ properties: { alertDisplayName: "Stored long ago" } });
    await pollNow(stack.services);
    const [item] = (await feed(admin, { q: "Stored long ago" })).items;
    const evil = { text: "Runbook", href: "https://evil.example/login" };
    const good = { text: "Docs", href: "https://learn.microsoft.com/x" };
    const stored = JSON.stringify({
      links: [evil, good],
      remediationSteps: [evil],
      extendedProperties: [{ name: "a", value: evil }],
    });
    await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
      tx.execute(
        `update detection_sources set normalised = normalised || '${stored}' where detection_id = '${item?.id}'`,
      ),
    );
    const text = { text: "Runbook", href: null };
    expect(await getDetection(admin, item?.id)).toMatchObject({
      links: [text, good],
      remediationSteps: [text],
      extendedProperties: [{ name: "a", value: text }],
    });
  });

  it("are skipped when nested too deep, and shown as skipped", async () => {
    await addAlert({ properties: { extendedProperties: { deep: nested(1_000) } } });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { added: 0, skipped: 1 } });
    const { skipped } = await getVendorConfiguration(admin, id);
    expect(skipped[0]?.reason).toBe("It is nested deeper than 64 levels.");
  });

  it("are stored, changed and written back with texts that are cut in the middle of a character", async () => {
    const titles = [119, 199, 299].map((length) => `${"x".repeat(length)}😀 and the rest of it`);
    const names: string[] = [];
    for (const alertDisplayName of titles) names.push(await addAlert({ properties: { alertDisplayName } }));
    // the search text is cut too, at either half of a surrogate pair
    for (const pad of ["", "a"])
      await addAlert({
        properties: {
          entities: [`${pad}b`, "c"].map((command) => ({
            type: "process",
            commandLine: `${command}${"😀".repeat(999)}`,
          })),
        },
      });
    expect((await pollNow(stack.services)).tally.added).toBe(5);
    for (const [index, name] of names.entries()) {
      await stack.control("PATCH", `/alerts/${name}`, {
        alertDisplayName: `${titles[index]}, changed`,
        description: `${"y".repeat(299)}😀`,
      });
    }
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { changed: 3 } });
    for (const title of titles) {
      const [item] = (await feed(admin, { q: title.slice(0, 100) })).items.filter(
        (found) =>
          found.title.startsWith(title.slice(0, 110)) && found.title.indexOf("😀") === title.indexOf("😀"),
      );
      const [asked] = await setDetectionStatus(admin, {
        items: [{ id: item?.id, expected: "active" }],
        to: "resolved",
        note: "Looked at it.",
      });
      expect(asked).toMatchObject({ outcome: "held" });
    }
    await sendDue(stack.services);
    // a check stores the newest alert's title
    const now = new Date().toISOString().replace("Z", "0000Z");
    await stack.control("PATCH", `/alerts/${names[1]}`, { timeGeneratedUtc: now });
    await stack.control("POST", "/settings", { pageSize: 500 });
    const events = await all(checkConfiguration(admin, id, signal));
    await stack.control("POST", "/settings", { pageSize: 50 });
    expect(events.at(-1)).toEqual({ type: "checked" });
  });
});

/** Returns the ids of all detections, sorted. */
const stored = () =>
  inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute<{ id: string }>("select id from detections order by id"),
  );
