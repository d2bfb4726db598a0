import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation, retryIfRaced } from "#db/client.ts";
import { type ConfigurationRow, getConfiguration } from "#db/queries/sources/configurations.ts";
import { gzipped, lockByIdentity } from "#db/queries/ingest/detection-writes.ts";
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
import { type Observation, storeObservations } from "./store-observations.ts";
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

const pull = async (...values: Json[]) => {
  const read = await takeReadTicket(stack.services.db);
  const alerts = values.map((value) => ({ value, text: JSON.stringify(value) }));
  await retryIfRaced(() =>
    inOrganisation(stack.services.db, configuration.organisationId, (tx) =>
      observeAlerts(stack.services, tx, configuration, alerts, read),
    ),
  );
};
const push = async (...values: Json[]) => {
  const { ticket } = await takeReadTicket(stack.services.db);
  const copies = values.map((value): [string, Observation] => {
    const reading = readWebhook(value);
    const alert = reading.kind === "alerts" ? reading.alerts[0] : undefined;
    if (!alert?.result.ok) throw new Error("no alert");
    const { detection, ref } = alert.result;
    const contentHash = sha256(fingerprint(value));
    const identity = identityOf(configuration, detection);
    const order = webhookOrder(alert.at, detection.status, contentHash.toString("hex"));
    const from = { how: "webhook", receivedAt: new Date(), order, ticket } as const;
    const raw = gzipped(JSON.stringify(value));
    return [identity.toString("hex"), { identity, contentHash, raw, detection, ref, from }];
  });
  await retryIfRaced(() =>
    inOrganisation(stack.services.db, configuration.organisationId, (tx) =>
      storeObservations(stack.services, tx, configuration, new Map(copies)),
    ),
  );
};

/** Everything that is the alert's; not when its copies came. */
const stateOf = async (name: string) => {
  const { organisationId } = admin.actor;
  const normalised = normalise(goodAlert({}, name));
  if (!normalised.ok) throw new Error(normalised.reason);
  const identity = identityOf(configuration, normalised.detection);
  return inOrganisation(stack.services.db, organisationId, async (tx) => {
    const [held, ...more] = await lockByIdentity(tx, organisationId, [identity]);
    if (!held || more.length > 0) throw new Error("not exactly one");
    const [row] = await tx.execute(
      `select title, severity, status, occurred_at::text, vendor_status, ref, missed_polls
       from detections join detection_sources on detection_id = id where id = '${held.id}'`,
    );
    // looking for changes asks the source alone
    expect(row?.vendor_status).toBe(row?.status);
    const of = (text: unknown) =>
      JSON.parse(JSON.stringify(text).replaceAll(name.toLowerCase(), "ID").replaceAll(name, "ID")) as unknown;
    return of({
      row,
      normalised: held.normalised,
      polled: held.polled,
      delivered: held.delivered,
    });
  });
};

type Step = { how: "pull" | "push"; version: number };
const statuses = ["Active", "InProgress", "Dismissed", "Resolved"];
/** The alert as it was at one moment of its life. */
const at = (name: string, version: number) =>
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
    if (how === "pull") await pull(at(name, version));
    else await push(webhookBodyOf(at(name, version)));
  }
};

describe("copies of one alert", () => {
  it("end as the same detection, in whatever order pushes come and come again between the polls", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { minLength: 0, maxLength: 4 }),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat(1_000)),
        async (pulls, pushes, dice) => {
          const shuffled = () => {
            // polls of one configuration never overlap, so theirs is the one order that is kept
            const left = [...pushes, ...pushes.slice(0, 1)];
            const steps: Step[] = [];
            const still = [...pulls];
            while (left.length + still.length > 0) {
              const roll = dice.next().value % (left.length + still.length);
              if (roll < still.length) steps.push({ how: "pull", version: still.shift() ?? 0 });
              else steps.push({ how: "push", version: left.splice(roll - still.length, 1)[0] ?? 0 });
            }
            return steps;
          };
          run++;
          const [one, other] = [`A${run}-one`, `A${run}-two`];
          await replay(one, shuffled());
          await replay(other, shuffled());
          expect(await stateOf(one)).toEqual(await stateOf(other));
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it("are not opened again by a push once a poll has seen them closed", async () => {
    await replay("closed-1", [
      { how: "push", version: 0 },
      { how: "pull", version: 3 },
      { how: "push", version: 4 },
    ]);
    expect(await stateOf("closed-1")).toMatchObject({ row: { status: "resolved", title: "Title 3" } });
  });

  it("take the newer of two pushes by Azure's time, not by arrival", async () => {
    await replay("late-1", [
      { how: "push", version: 3 },
      { how: "push", version: 1 },
    ]);
    expect(await stateOf("late-1")).toMatchObject({ row: { status: "resolved", title: "Title 3" } });
  });

  it("make one detection when webhook and poll bring them within a millisecond, a thousand times", async () => {
    const names = Array.from({ length: 1_000 }, (_none, index) => `race-${index}`);
    // the first fifty one by one, the rest as batches that meet
    for (let from = 0, size = 1; from < names.length; from += size) {
      size = from < 50 ? 1 : 50;
      const alerts = names.slice(from, from + size).map((name) => at(name, 0));
      await Promise.all([pull(...alerts), push(...alerts.map((one) => webhookBodyOf(one)))]);
    }
    const [row] = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
      tx.execute(`select count(*)::int as rows, count(distinct identity)::int as alerts,
        count(first_polled_at)::int as pulled, count(first_delivered_at)::int as pushed from detections d
        join detection_sources on detection_id = id
        where exists (select from detection_sources p where p.detection_id = d.id
          and p.normalised->>'vendorAlertId' like 'race-%')`),
    );
    expect(row).toEqual({ rows: 1_000, alerts: 1_000, pulled: 1_000, pushed: 1_000 });
  }, 120_000);
});
