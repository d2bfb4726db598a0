import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation, retryIfRaced } from "#db/client.ts";
import { type ConfigurationRow, getConfiguration } from "#db/queries/sources/configurations.ts";
import { gzipped } from "#db/queries/ingest/detection-writes.ts";
import { lockByIdentity } from "#db/queries/ingest/stored-detections.ts";
import { takeReadTicket } from "#db/queries/ingest/read-tickets.ts";
import type { Json } from "#lib/domain/detection.ts";
import { webhookOrder } from "#lib/domain/observations.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { fingerprint } from "#lib/vendors/defender-for-cloud/fingerprint.ts";
import { normalise } from "#lib/vendors/defender-for-cloud/normalise.ts";
import { readWebhook } from "#lib/vendors/defender-for-cloud/webhook.ts";
import { goodAlert } from "#test/alerts.ts";
import { webhookBodyOf } from "#test/webhook-bodies.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { save } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import type { Observation } from "./observation.ts";
import { storeObservations } from "./store-observations.ts";
import { identityOf, observeAlerts } from "./observe-alerts.ts";

let stack: TestStack;
let admin: Context;
let configuration: ConfigurationRow;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  const id = await save(admin, formValues);
  const { organisationId } = admin.actor;
  const found = await inOrganisation(stack.services.db, organisationId, (tx) =>
    getConfiguration(tx, organisationId, id),
  );
  if (!found) throw new Error("no configuration");
  configuration = found.configuration;
});
afterAll(() => stack.stop());

const storePolled = async (...values: Json[]) => {
  const read = await takeReadTicket(stack.services.db);
  const alerts = values.map((value) => ({ value, text: JSON.stringify(value) }));
  await retryIfRaced(() =>
    inOrganisation(stack.services.db, configuration.organisationId, (tx) =>
      observeAlerts(stack.services, tx, configuration, alerts, read),
    ),
  );
};
const storeDelivered = async (...values: Json[]) => {
  const { ticket } = await takeReadTicket(stack.services.db);
  const observations = values.map((value): [string, Observation] => {
    const reading = readWebhook(value);
    const alert = reading.kind === "alerts" ? reading.alerts[0] : undefined;
    if (!alert?.result.ok) throw new Error("no alert");
    const { detection, leftOut = [], ref } = alert.result;
    const contentHash = sha256(fingerprint(value));
    const identity = identityOf(configuration, detection);
    const order = webhookOrder(alert.at, detection.status, contentHash.toString("hex"));
    const from = { how: "webhook", receivedAt: new Date(), isReplay: false, order, ticket } as const;
    const raw = gzipped(JSON.stringify(value));
    return [identity.toString("hex"), { identity, contentHash, raw, detection, leftOut, ref, from }];
  });
  await retryIfRaced(() =>
    inOrganisation(stack.services.db, configuration.organisationId, (tx) =>
      storeObservations(stack.services, tx, configuration, new Map(observations)),
    ),
  );
};

/** Returns everything that is stored of an alert, except for the times at which its observations arrived. */
const stateOf = async (name: string) => {
  const { organisationId } = admin.actor;
  const normalised = normalise(goodAlert({}, name));
  if (!normalised.ok) throw new Error(normalised.reason);
  const identity = identityOf(configuration, normalised.detection);
  return inOrganisation(stack.services.db, organisationId, async (tx) => {
    const [stored, ...more] = await lockByIdentity(tx, organisationId, [identity]);
    if (!stored || more.length > 0) throw new Error("not exactly one");
    const [row] = await tx.execute(
      `select title, severity, status, occurred_at::text, vendor_status, ref, missed_polls
       from detections join detection_sources on detection_id = id where id = '${stored.id}'`,
    );
    // looking for changes reads only the source's own status
    expect(row?.vendor_status).toBe(row?.status);
    const withoutName = (text: unknown) =>
      JSON.parse(JSON.stringify(text).replaceAll(name.toLowerCase(), "ID").replaceAll(name, "ID")) as unknown;
    return withoutName({
      row,
      normalised: stored.normalised,
      polled: stored.polled,
      delivered: stored.delivered,
    });
  });
};

type Step = { how: "poll" | "webhook"; version: number };
const statuses = ["Active", "InProgress", "Dismissed", "Resolved"];
/** Returns version number `version` of the alert with this name. */
const versionOf = (name: string, version: number) =>
  goodAlert(
    {
      status: statuses[version % 4] ?? "Active",
      severity: version % 2 ? "Low" : "High",
      alertDisplayName: `Title ${version}`,
      processingEndTimeUtc: `2026-03-04T05:${String(30 + version)}:00Z`,
      alertUri: `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01/location/westeurope`,
    },
    name,
  );
const replay = async (name: string, steps: readonly Step[]) => {
  for (const { how, version } of steps) {
    if (how === "poll") await storePolled(versionOf(name, version));
    else await storeDelivered(webhookBodyOf(versionOf(name, version)));
  }
};

describe("observations of one alert", () => {
  it("end as the same detection, however deliveries and their repeats are ordered between polls", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { minLength: 0, maxLength: 4 }),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat(1_000)),
        async (polls, deliveries, dice) => {
          const shuffled = () => {
            // polls of one configuration never overlap, so only their order is fixed
            const deliveriesLeft = [...deliveries, ...deliveries.slice(0, 1)];
            const steps: Step[] = [];
            const pollsLeft = [...polls];
            while (deliveriesLeft.length + pollsLeft.length > 0) {
              const roll = dice.next().value % (deliveriesLeft.length + pollsLeft.length);
              if (roll < pollsLeft.length) steps.push({ how: "poll", version: pollsLeft.shift() ?? 0 });
              else {
                const [version = 0] = deliveriesLeft.splice(roll - pollsLeft.length, 1);
                steps.push({ how: "webhook", version });
              }
            }
            return steps;
          };
          run++;
          const [first, second] = [`A${run}-one`, `A${run}-two`];
          await replay(first, shuffled());
          await replay(second, shuffled());
          expect(await stateOf(first)).toEqual(await stateOf(second));
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it("are not reopened by a delivery once a poll has found them closed", async () => {
    await replay("closed-1", [
      { how: "webhook", version: 0 },
      { how: "poll", version: 3 },
      { how: "webhook", version: 4 },
    ]);
    expect(await stateOf("closed-1")).toMatchObject({ row: { status: "resolved", title: "Title 3" } });
  });

  it("keep the newer of two deliveries by Azure's time, not by arrival", async () => {
    await replay("late-1", [
      { how: "webhook", version: 3 },
      { how: "webhook", version: 1 },
    ]);
    expect(await stateOf("late-1")).toMatchObject({ row: { status: "resolved", title: "Title 3" } });
  });

  it("make one detection when webhook and poll store them concurrently, a thousand times", async () => {
    const names = Array.from({ length: 1_000 }, (_none, index) => `race-${index}`);
    // the first fifty one by one, the rest in concurrent batches
    for (let from = 0, size = 1; from < names.length; from += size) {
      size = from < 50 ? 1 : 50;
      const alerts = names.slice(from, from + size).map((name) => versionOf(name, 0));
      const bodies = alerts.map((alert) => webhookBodyOf(alert));
      await Promise.all([storePolled(...alerts), storeDelivered(...bodies)]);
    }
    const [row] = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
      tx.execute(`select count(*)::int as rows, count(distinct identity)::int as alerts,
        count(first_polled_at)::int as polled, count(first_delivered_at)::int as delivered from detections d
        join detection_sources on detection_id = id
        where exists (select from detection_sources p where p.detection_id = d.id
          and p.normalised->>'vendorAlertId' like 'race-%')`),
    );
    expect(row).toEqual({ rows: 1_000, alerts: 1_000, polled: 1_000, delivered: 1_000 });
  }, 120_000);
});
