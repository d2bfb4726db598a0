import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { getDetection } from "#lib/triage/get.ts";
import { receiveDelivery } from "#lib/ingest/receive/receive.ts";
import { goodAlert } from "#test/alerts.ts";
import { mergeAll, webhookBodyOf, webhookToken } from "#test/webhook-bodies.ts";
import { development, formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, save } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { getDelivery } from "./get.ts";
import { listDeliveries } from "./list.ts";
import { replayDelivery } from "./replay.ts";

let stack: TestStack;
let admin: Context;
let token: string;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  token = await webhookToken(admin);
  await save(admin, formValues);
  await save(admin, { ...formValues, subscriptionIds: development, displayName: "Workspaces" });
});
afterAll(() => stack.stop());

const send = async (body: Buffer | string, contentType: string | null = "application/json") => {
  const answer = await receiveDelivery(stack.services, {
    webhook: "azure-logic-app",
    token,
    headers: new Headers(contentType ? { "content-type": contentType } : {}),
    body: new Response(new Uint8Array(Buffer.from(body))).body,
  });
  await mergeAll(stack.services);
  const [delivery] = (await listDeliveries(admin, DeliveryQuery.parse({}), null)).items;
  if (!delivery) throw new Error("no delivery");
  return { answer, delivery };
};
const arm = (name: string) =>
  goodAlert(
    {
      systemAlertId: name,
      alertDisplayName: `Title ${name}`,
      alertUri: `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${production}/location/westeurope`,
    },
    name,
  );
const text = (value: unknown) => JSON.stringify(value);
const detections = async () => (await feed(admin)).items.length;

describe("a row of Log Analytics", () => {
  it("makes no second detection of an alert, and none under the workspace's subscription", async () => {
    const alert = arm("known-1");
    await send(text(webhookBodyOf(alert)));
    const before = await detections();
    const row = {
      SystemAlertId: "v-1",
      VendorOriginalId: "known-1",
      ProductName: "Azure Security Center",
      AlertName: "T",
      AlertSeverity: "High",
      Entities: "[]",
      WorkspaceSubscriptionId: development,
    };
    for (const body of [row, [row], { value: [row] }]) {
      const { answer, delivery } = await send(text(body));
      expect(answer.status).toBe(200);
      expect(delivery).toMatchObject({
        outcome: "unrecognised",
        detectionIds: [],
        scopeId: null,
        reason: expect.stringMatching(/Log Analytics.*@triggerBody\(\)/),
      });
    }
    expect(await detections()).toBe(before);
  });
});

describe("a wrapped alert", () => {
  it.each<[string, (body: object) => unknown]>([
    ["body", (body) => ({ body })],
    ["value", (value) => ({ value: [value] })],
    ["records", (record) => ({ records: [record] })],
    ["Event Hub", (body) => [{ ContentData: Buffer.from(text(body)).toString("base64") }]],
    ["function", (body) => ({ Data: { req: { Method: "POST", Body: text(body) } }, Metadata: {} })],
    ["another key", (body) => ({ time: "x", detail: { "the alert": body } })],
    [
      "content",
      (body) => ({
        "$content-type": "application/json",
        $content: Buffer.from(text(body)).toString("base64"),
      }),
    ],
  ])("is merged like the alert itself, and the delivery says so: %s", async (name, wrap) => {
    const id = `wrapped-${name.toLowerCase().replace(" ", "-")}`;
    const body = webhookBodyOf(arm(id));
    const { delivery } = await send(text(wrap(body)));
    expect(delivery).toMatchObject({
      outcome: "accepted",
      schema: "push",
      reason: expect.stringMatching(/unwrapped.*Have the Logic App post/),
    });
    const shown = await getDelivery(admin, delivery.id);
    expect(shown.alerts[0]?.fields[0]?.path).toMatch(/\.AlertDisplayName$/);
    // the same alert without its wrapper is nothing new, and neither is a replay
    expect((await send(text(body))).delivery).toMatchObject({
      outcome: "duplicate",
      detectionIds: delivery.detectionIds,
    });
    await replayDelivery(admin, delivery.id);
    await mergeAll(stack.services);
    expect(await getDelivery(admin, delivery.id)).toMatchObject({ outcome: "duplicate" });
  });

  it("is the alert that is known already, however its id is written", async () => {
    const { delivery } = await send(text(webhookBodyOf(arm("id-forms"))));
    for (const id of ['"id-forms"', "id%2Dforms", "ID-FORMS\u200b", arm("id-forms").id, ["id-forms"]]) {
      const again = await send(text({ ...webhookBodyOf(arm("id-forms")), SystemAlertId: id }));
      expect(again.delivery.detectionIds).toEqual(delivery.detectionIds);
    }
    const placeholder = { ...webhookBodyOf(arm("id-forms")), SystemAlertId: "<alert id>" };
    expect((await send(text(placeholder))).delivery).toMatchObject({
      outcome: "unrecognised",
      detectionIds: [],
      reason: expect.stringContaining("is no alert's id"),
    });
  });

  it("of a body that was put together of texts is merged, and the delivery says so", async () => {
    const body = text(webhookBodyOf(arm("slips"), { Description: "one LINE two" })).replace(" LINE ", "\n");
    const { answer, delivery } = await send(body.replace(/\}$/, ",}"));
    expect(answer.status).toBe(200);
    expect(delivery).toMatchObject({
      outcome: "accepted",
      reason: expect.stringContaining("isn't quite JSON"),
    });
    const [id = ""] = delivery.detectionIds;
    expect(await getDetection(admin, id)).toMatchObject({ description: "one\ntwo" });
  });

  it("in a list leaves every alert its own text", async () => {
    const bodies = ["l-1", "l-2", "l-3", "l-4"].map((id) => webhookBodyOf(arm(id)));
    const [one, two, three, four] = bodies;
    const { delivery } = await send(text([{ value: [one, two] }, three, text(four)]));
    const ids = delivery.detectionIds;
    expect(ids).toHaveLength(4);
    const stored = await Promise.all(
      ids.map(async (id) => JSON.parse((await getDetection(admin, id)).raw) as object),
    );
    expect(stored.map(text).toSorted()).toEqual(bodies.map(text).toSorted());
  });

  it("beside others has its own result", async () => {
    const { delivery } = await send(
      text({ value: [webhookBodyOf(arm("w-1")), { a: 1 }, webhookBodyOf(arm("w-2"))] }),
    );
    expect(delivery.detectionIds).toHaveLength(2);
    expect(delivery.reason).toMatch(/^1 of 3 in it are no alerts\..*unwrapped/);
  });
});

describe("a body with an odd form", () => {
  it.each<[string, string | null, (json: string) => Buffer | string, string]>([
    [
      "text/plain",
      "text/plain; charset=utf-8",
      (json) => json,
      "Its content type is text/plain, not application/json.",
    ],
    [
      "octet-stream",
      "application/octet-stream",
      (json) => json,
      "Its content type is application/octet-stream, not application/json.",
    ],
    ["no content type", null, (json) => json, ""],
    [
      "UTF-16",
      "application/json; charset=utf-16",
      (json) => Buffer.from(`\ufeff${json}`, "utf16le"),
      "It is UTF-16, not UTF-8.",
    ],
    [
      "a string",
      "application/json",
      (json) => text(json),
      "It is JSON inside a string. Post the object itself, such as @triggerBody(), without string().",
    ],
  ])("is stored, with a note: %s", async (name, type, form, note) => {
    const id = `form-${name.replaceAll(/\W/g, "-")}`;
    const { answer, delivery } = await send(form(text(webhookBodyOf(arm(id)))), type);
    expect(answer.status).toBe(200);
    expect(delivery).toMatchObject({ outcome: "accepted", mended: false });
    expect(delivery.reason ?? "").toBe(note);
    expect((await getDelivery(admin, delivery.id)).alerts[0]?.fields[0]).toMatchObject({
      value: `Title ${id}`,
    });
  });

  it("that isn't JSON is rejected with both reasons, and kept up to 64 KiB", async () => {
    const { answer, delivery } = await send("x".repeat(100_000), "text/plain");
    expect(answer).toMatchObject({ status: 415, sentence: expect.stringMatching(/isn't JSON.*text\/plain/) });
    expect(delivery).toMatchObject({ outcome: "rejected", sizeBytes: 100_000 });
    expect((await getDelivery(admin, delivery.id)).keptBytes).toBe(65_536);
  });

  it("of more than 1 MiB is rejected, whatever it is encoded in", async () => {
    const { answer } = await send(
      text({ $content: Buffer.alloc(800_000, "{").toString("base64") }),
      "text/plain",
    );
    expect(answer.status).toBe(413);
  });
});
