import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { goodAlert } from "#test/alerts.ts";
import { postToWebhook, mergeAll, webhookBodyOf, webhookToken } from "#test/webhook-bodies.ts";
import { development, formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { save } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { getDelivery } from "./get.ts";
import { listDeliveries } from "./list.ts";

const unconfigured = "33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03";
let stack: TestStack;
let admin: Context;
let token: string;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  token = await webhookToken(admin);
  await save(admin, formValues);
  const closed = await save(admin, { ...formValues, displayName: "Closed", subscriptionIds: development });
  // a configuration that people read is hidden from people who haven't connected their account
  await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute(`update configurations set read_as = 'person', write_as = 'person' where id = '${closed}'`),
  );
});
afterAll(() => stack.stop());

const bodyOf = (subscriptionId: string) =>
  webhookBodyOf(goodAlert({}, "shown"), {
    SystemAlertId: "shown",
    AlertUri: `https://portal.azure.com/#x/alertId/shown/subscriptionId/${subscriptionId}/location/westeurope`,
  });
/** Returns a delivery's body as JSON with the scope's id escaped, so that a search of the text doesn't find the id. */
const escaped = (body: object) =>
  JSON.stringify(body).replaceAll(development, `${development.slice(0, -1)}\\u0032`);
const deliver = async (body: unknown) => {
  await postToWebhook(stack.services, token, body);
  await mergeAll(stack.services);
  const [newest] = (await listDeliveries(admin, DeliveryQuery.parse({}), null)).items;
  return getDelivery(admin, newest?.id);
};

describe("a delivery's body", () => {
  it.each([
    ["of an alert that the admin may see", bodyOf(production), production],
    ["that is no JSON and names nothing", "{ not json", "{ not json"],
    [
      "that names a subscription without a configuration",
      [bodyOf(production), bodyOf(unconfigured)],
      unconfigured,
    ],
  ])("%s is shown", async (_what, body, text) => {
    const delivery = await deliver(body);
    expect(delivery.hidden).toBe(false);
    expect(delivery.body).toContain(text);
  });

  it.each([
    ["of an alert that the admin may not see", bodyOf(development)],
    ["of two alerts, the second hidden", escaped([bodyOf(production), bodyOf(development)])],
    [
      "of another product that names a hidden subscription",
      escaped({ VendorOriginalId: "x", id: development }),
    ],
    [
      "of another product, in base64",
      { $content: Buffer.from(`{"VendorOriginalId":"x","id":"${development}"}`).toString("base64") },
    ],
    ["in UTF-16", Buffer.from(`{"id":"${development}"}`, "utf16le")],
    ["that can't be parsed and names a hidden subscription", `{ cut off: ${development.toUpperCase()}`],
  ])("%s is hidden", async (_what, body) => {
    expect(await deliver(body)).toMatchObject({ hidden: true, body: "", alerts: [], detections: [] });
  });
});
