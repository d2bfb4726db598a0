import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { watchOrganisations } from "#lib/alerting/alarms/watch.ts";
import type { Context } from "#lib/core/context.ts";
import { getDelivery } from "#lib/ingest/deliveries/get.ts";
import { listDeliveries } from "#lib/ingest/deliveries/list.ts";
import { mergeUnclaimed } from "#lib/ingest/deliveries/replay.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { getWebhookUrls } from "#lib/ingest/webhook-urls/get-urls.ts";
import { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { listOwnAccounts } from "#lib/sources/accounts/list.ts";
import { checkConfiguration } from "#lib/sources/configurations/check.ts";
import { deleteConfiguration } from "#lib/sources/configurations/delete.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import { listSharedCredentials, listVendorConfigurations } from "#lib/sources/configurations/list.ts";
import { listVisibleConfigurations } from "#lib/sources/configurations/list-visible.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { deleteConfigurationRowsOf } from "#lib/triage/delete-configuration-rows.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { readChanges } from "#lib/triage/stream/read-changes.ts";
import { getFeedSummary } from "#lib/triage/summary.ts";
import { cleanUpOld } from "#programs/worker/clean-up.ts";
import { logUnknownVendors } from "#lib/sources/configurations/log-unknown-vendors.ts";
import { connect, people } from "./sign-in.ts";
import { development, formValues, startTestStack, type TestStack } from "./stack.ts";
import { all, feed, leaseDecided, makeDue, pollNow, save, sendDue, signal } from "./steps.ts";
import { mergeAll, postToWebhook, webhookToken } from "./webhook-bodies.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const pollAll = async () => {
  await makeDue(stack.services);
  for (const lease of await leasePolls(stack.services, 10))
    await pollConfiguration(stack.services, lease, signal);
};

const rows = (admin: Context, query: string) =>
  inOrganisation(stack.services.db, admin.actor.organisationId, (tx) => tx.execute(query));

const saying = (text: RegExp): unknown => expect.stringMatching(text);

/** Returns an organisation with a healthy configuration and one whose vendor isn't known any more, each with alerts. */
async function startOrganisation(writeAs: "application" | "person") {
  await stack.services.db.execute("delete from poll_targets");
  await stack.control("POST", "/reset");
  const admin = await stack.asMember("admin");
  const analyst = await stack.asMember("analyst", admin.actor.organisationId);
  const unknown = await save(admin, { ...formValues, displayName: "Gone", writeAs });
  if (writeAs === "person") await connect(admin, unknown, people.ana);
  await pollNow(stack.services);
  const healthy = await save(admin, {
    ...formValues,
    displayName: "Healthy",
    subscriptionIds: development,
  });
  await pollAll();
  const { items } = await feed(admin);
  const activeOf = (id: string) => {
    const found = items.filter((item) => item.configurationId === id && item.status === "active");
    expect(found.length).toBeGreaterThan(1);
    return found.map((item) => item.id);
  };
  const [pending = "", other = ""] = activeOf(unknown);
  const [own = ""] = activeOf(healthy);
  const [asked] = await setDetectionStatus(admin, {
    items: [{ id: pending, expected: "active" }],
    to: "in_progress",
    note: "pending",
  });
  expect(asked).toMatchObject({ outcome: "held" });
  const vanish = () => stack.asOwner(`update configurations set vendor = 'vanished' where id = '${unknown}'`);
  return { admin, analyst, unknown, healthy, pending, other, own, count: items.length, vanish };
}

describe.each(["application", "person"] as const)(
  "a configuration of an unknown vendor, written as %s,",
  (writeAs) => {
    let o: Awaited<ReturnType<typeof startOrganisation>>;
    beforeAll(async () => {
      o = await startOrganisation(writeAs);
      await o.vanish();
      stack.logged.length = 0;
    });

    it("leaves every page of the organisation standing", async () => {
      const { admin, analyst, own, other, healthy } = o;
      for (const ctx of [admin, analyst]) {
        expect((await feed(ctx)).items).toHaveLength(o.count);
        expect((await getDetection(ctx, own)).provider).not.toBe("the vendor");
        expect(await getDetection(ctx, other)).toMatchObject({
          provider: "the vendor",
          consoleUrl: null,
          writeBlock: saying(/doesn't know the vendor/),
        });
        expect((await getFeedSummary(ctx)).configurations).toHaveLength(2);
        expect(await listVisibleConfigurations(ctx)).toHaveLength(2);
        await listOwnAccounts(ctx);
      }
      expect((await getVendorConfiguration(admin, healthy)).displayName).toBe("Healthy");
      expect(await getVendorConfiguration(admin, o.unknown)).toMatchObject({ vendorLabel: "vanished" });
      await listSharedCredentials(admin);
      await getWebhookUrls(admin);
      await listDeliveries(admin, DeliveryQuery.parse({}), null);
      const { organisationId } = admin.actor;
      const userId = analyst.actor.kind === "user" ? analyst.actor.userId : "";
      expect((await readChanges(stack.services, organisationId, 0, [userId])).changes.length).toBeGreaterThan(
        0,
      );
    });

    it("refuses decisions on its own alerts, and no others", async () => {
      for (const ctx of [o.admin, o.analyst])
        expect(
          await setDetectionStatus(ctx, {
            items: [{ id: o.other, expected: "active" }],
            to: "dismissed",
            note: "x",
          }),
        ).toMatchObject([
          { outcome: "refused", code: "not_allowed", message: saying(/doesn't know the vendor/) },
        ]);
      await acknowledgeDetections(o.analyst, [o.own]);
      expect(
        await setDetectionStatus(o.analyst, {
          items: [{ id: o.own, expected: "active" }],
          to: "in_progress",
          note: "x",
        }),
      ).toMatchObject([{ outcome: "held" }]);
    });

    it("ends the decisions that were pending as failed, and lets the others through", async () => {
      expect(await sendDue(stack.services)).toBe(2);
      expect(await rows(o.admin, "select 1 from outbox")).toHaveLength(0);
      expect(await getDetection(o.admin, o.pending)).toMatchObject({
        syncState: "failed",
        pendingStatus: null,
        stateSentence: saying(/doesn't know the vendor/),
      });
      expect(await getDetection(o.admin, o.own)).toMatchObject({
        syncState: "confirmed",
        status: "in_progress",
      });
    });

    it("stops none of the jobs, and is named in the log when a worker starts", async () => {
      await pollAll();
      for (const work of await leaseDecided(stack.services)) await work();
      await watchOrganisations(stack.services, signal);
      await cleanUpOld(stack.services, signal);
      const { organisationId } = o.admin.actor;
      const of = { organisationId, vendor: "vanished", scopeId: "x" };
      expect(await mergeUnclaimed(stack.services, of, signal)).toBe(0);
      await logUnknownVendors(stack.services);
      const named = stack.logged.filter((line) => line.includes('"vendors.unknown"'));
      expect(named.join()).toContain(o.unknown);
      expect(named.join()).not.toContain(o.healthy);
      expect(stack.logged.filter((line) => line.includes('"error"'))).toEqual([]);
    });

    it("is shown to need action, and can be checked and deleted", async () => {
      const listed = await listVendorConfigurations(o.admin);
      expect(listed.find(({ id }) => id === o.unknown)).toMatchObject({
        vendorLabel: "vanished",
        health: { state: "action_needed", code: "vendor_not_offered", remedy: saying(/^Ask whoever runs/) },
      });
      expect(listed.find(({ id }) => id === o.healthy)).toMatchObject({ health: { state: "healthy" } });
      expect((await all(checkConfiguration(o.admin, o.unknown, signal))).at(-1)).toMatchObject({
        type: "failed",
        message: saying(/doesn't know the vendor/),
      });
      await deleteConfiguration(o.admin, o.unknown, "DELETE");
      const { organisationId } = o.admin.actor;
      await deleteConfigurationRowsOf(stack.services, { organisationId, configurationId: o.unknown }, signal);
      expect(
        await inOrganisation(stack.services.db, organisationId, (tx) =>
          listConfigurations(tx, organisationId),
        ),
      ).toHaveLength(1);
    });
  },
);

describe("a webhook that isn't known any more", () => {
  it("ends its waiting deliveries as unrecognised, and keeps the pages standing", async () => {
    await stack.services.db.execute("delete from poll_targets");
    const admin = await stack.asMember("admin");
    const token = await webhookToken(admin);
    await postToWebhook(stack.services, token, [{ hello: 1 }]);
    await stack.asOwner("update inbox set webhook = 'vanished'");
    await mergeAll(stack.services);
    expect(await rows(admin, "select 1 from inbox")).toHaveLength(0);
    const { items } = await listDeliveries(admin, DeliveryQuery.parse({}), null);
    expect(items).toMatchObject([
      { outcome: "unrecognised", reason: saying(/doesn't know the webhook “vanished”/) },
    ]);
    expect(await getDelivery(admin, items[0]?.id)).toMatchObject({ alerts: [], hidden: false });
    await stack.asOwner(
      `update deliveries set outcome = 'unclaimed', unclaimed_scope_ids = '{abc}' where webhook = 'vanished'`,
    );
    expect((await listDeliveries(admin, DeliveryQuery.parse({}), null)).unclaimed).toEqual([]);
  });
});
