import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { goodAlert } from "#test/alerts.ts";
import { mergeAll, postToWebhook, webhookBodyOf, webhookToken } from "#test/webhook-bodies.ts";
import { formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { makeDue, save, signal } from "#test/steps.ts";
import { setConfigurationDisabled } from "#lib/sources/configurations/change.ts";
import type { Context } from "#lib/core/context.ts";
import { listDeliveries } from "../deliveries/list.ts";
import { leasePolls, pollConfiguration } from "../poll.ts";

let stack: TestStack;
let admin: Context;
let token: string;
/** two configurations of the same scope, each in its own cloud */
let first: string;
let second: string;

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  token = await webhookToken(admin);
  const vendor = stack.services.vendors.get(formValues.vendor);
  const [cloud] = vendor.manifest.clouds;
  if (!cloud) throw new Error("there is no cloud");
  const clouds = [cloud, { ...cloud, id: "other", label: "Other", consoleUrl: "https://portal.azure.us" }];
  const options = clouds.map(({ id, label }) => ({ id, label }));
  const fields = vendor.manifest.fields.map((field) =>
    field.id === "cloud" ? { ...field, options } : field,
  );
  const two = { ...vendor, manifest: { ...vendor.manifest, clouds, fields } };
  stack.services.vendors = { all: [two], get: () => two };
  first = await save(admin, { ...formValues, cloud: cloud.id, displayName: "First" });
  await pollAll();
  second = await save(admin, { ...formValues, cloud: "other", displayName: "Second" });
});
afterAll(() => stack.stop());
beforeEach(async () => {
  for (const id of [first, second]) await setConfigurationDisabled(admin, id, false);
});

async function pollAll() {
  await makeDue(stack.services);
  for (const lease of await leasePolls(stack.services, 10))
    await pollConfiguration(stack.services, lease, signal);
}
const detectionsOf = async (configurationId: string) => {
  const rows = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute<{ id: string }>(
      `select id from detections where configuration_id = '${configurationId}' order by id`,
    ),
  );
  return rows.map(({ id }) => id);
};
const deliver = async (name: string, portal: string) => {
  const alertUri = `${portal}/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${production}/location/westeurope`;
  await postToWebhook(
    stack.services,
    token,
    webhookBodyOf(goodAlert({ systemAlertId: name, alertUri }, name)),
  );
  await mergeAll(stack.services);
  const [newest] = (await listDeliveries(admin, DeliveryQuery.parse({}), null)).items;
  if (!newest) throw new Error("no delivery");
  return newest;
};

it("a configuration of the same scope in another cloud gets its own detections, and takes none", async () => {
  const before = await detectionsOf(first);
  expect(before.length).toBeGreaterThan(0);
  expect(await detectionsOf(second)).toEqual([]);
  await pollAll();
  expect(await detectionsOf(first)).toEqual(before);
  expect(await detectionsOf(second)).toHaveLength(before.length);
});

it("an alert that links to a cloud's console belongs to that cloud's configuration", async () => {
  expect(await deliver("c-1", "https://portal.azure.com")).toMatchObject({
    outcome: "accepted",
    configurationId: first,
  });
  expect(await deliver("c-2", "https://portal.azure.us")).toMatchObject({
    outcome: "accepted",
    configurationId: second,
  });
});

it("an alert that links to no cloud's console stays unclaimed and says why, whichever is enabled", async () => {
  const unclaimed = { outcome: "unclaimed", configurationId: null, detectionIds: [] };
  const delivery = await deliver("c-3", "https://portal.example");
  expect(delivery).toMatchObject(unclaimed);
  expect(delivery.reason).toMatch(/several clouds.*next poll brings it/);
  await setConfigurationDisabled(admin, second, true);
  expect(await deliver("c-4", "https://portal.example")).toMatchObject(unclaimed);
});

it("an alert of a disabled configuration's cloud doesn't go to the other cloud's configuration", async () => {
  await setConfigurationDisabled(admin, second, true);
  const delivery = await deliver("c-5", "https://portal.azure.us");
  expect(delivery).toMatchObject({ outcome: "unclaimed", configurationId: null });
  expect(delivery.reason).toMatch(/no configuration that is enabled/);
  expect(await deliver("c-6", "https://portal.azure.com")).toMatchObject({ configurationId: first });
});
