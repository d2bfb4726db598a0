import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation, takeChanges } from "#db/client.ts";
import { confirmationWord } from "#lib/domain/confirmation.ts";
import { watchOrganisations } from "#lib/alerting/alarms/watch.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { deleteConfiguration } from "#lib/sources/configurations/delete.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { deleteConfigurationRowsOf } from "#lib/triage/delete-configuration-rows.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { undoStatusChanges } from "#lib/triage/undo-status.ts";
import { findOrphans } from "./keys.ts";
import { type LockWatch, watchLocks } from "./lock-order.ts";
import { startNotifying } from "./notifying.ts";
import { formValues, production } from "./stack.ts";
import { feed, makeDue, notifyDue, poll, pollNow, save, sendDue, signal } from "./steps.ts";
import { mergeAll, postToWebhook, webhookToken } from "./webhook-bodies.ts";

type Started = Awaited<ReturnType<typeof startNotifying>>;

/**
 * Lists the rows that refer to a missing row through a column without a foreign key. Queries as the tables' owner, who sees
 * all rows.
 */
async function orphansOf({ stack }: Started): Promise<string[]> {
  const owner = postgres(stack.database.ownerUrl, { max: 1, onnotice: () => {} });
  return findOrphans(owner).finally(() => owner.end());
}

/** Adds alerts in the emulated Azure and returns their names. */
async function addAlerts({ stack }: Started, count: number): Promise<string[]> {
  const added = await stack.control("POST", "/alerts", { subscriptionId: production, count });
  return (added as { names: string[] }).names;
}
const changeAlert = ({ stack }: Started, name: string | undefined, description: string) =>
  stack.control("PATCH", `/alerts/${name}`, { description });

describe("every transaction", () => {
  let started: Started;
  let watch: LockWatch;
  beforeAll(async () => {
    started = await startNotifying();
    watch = await watchLocks(started.stack.services, started.stack.asOwner);
  });
  afterAll(() => started.stop());

  it("locks configurations, then detections, then the change sequence", async () => {
    const { stack, admin, analyst, configurationId, push } = started;
    const { services } = stack;
    const device = await started.addDevice(analyst);
    const [name] = await addAlerts(started, 8);
    await poll(services);
    await started.raise("by-webhook");
    await started.raise("by-webhook", { description: "Changed." });
    await started.raise("grouped", { alertType: "by-webhook" });
    await started.raise("history", {}, 7_200_000);
    await notifyDue(services);
    await started.makeDue("digest");
    await notifyDue(services);
    await changeAlert(started, name, "Changed.");
    for (let read = 0; read < 2; read++) {
      started.clock.laterMs += 3_600_000;
      await pollNow(services);
    }
    const items = (await feed(admin, { status: "active" })).items.slice(0, 4);
    await acknowledgeDetections(admin, [items[0]?.id]);
    const held = await setDetectionStatus(admin, {
      items: items.slice(1).map((item) => ({ id: item.id, expected: item.status })),
      to: "in_progress",
    });
    await undoStatusChanges(
      admin,
      held.flatMap((one) => (one.outcome === "held" ? [one.changeId] : [])).slice(0, 1),
    );
    await sendDue(services);
    // nobody can be reached: the admins are fallen back to, and can't be either
    push.answer(device.path, 410);
    for (const name of ["unsent-1", "unsent-2"]) await started.raise(name, { alertType: name });
    await notifyDue(services);
    await started.makeDue("escalation");
    await notifyDue(services);
    await watchOrganisations(services, signal);
    await deleteConfiguration(admin, configurationId, confirmationWord);
    const { organisationId } = admin.actor;
    await deleteConfigurationRowsOf(services, { organisationId, configurationId }, signal);
    expect((await feed(admin)).items).toEqual([]);

    expect(watch.faults).toEqual([]);
    // what was looked at, so that nothing is right because nothing was seen
    expect([...new Set(watch.orders)].toSorted()).toEqual([
      "",
      "configuration",
      "configuration, change sequence",
      "configuration, detection",
      "configuration, detection, change sequence",
      "detection, change sequence",
    ]);
    expect(await orphansOf(started)).toEqual([]);
  });

  it("is found out where it locks them in another order", async () => {
    const { stack, admin } = started;
    const { organisationId } = admin.actor;
    await save(admin, formValues);
    await poll(stack.services);
    const turns: [string, string][] = [
      ["detection after change sequence", "select 1 from detections for key share"],
      ["configuration after change sequence", "update configurations set display_name = display_name"],
      [
        "detection after change sequence",
        "delete from detection_events; update detections set title = title",
      ],
    ];
    for (const [fault, statement] of turns) {
      watch.faults.length = 0;
      await inOrganisation(stack.services.db, organisationId, async (tx) => {
        await takeChanges(tx, organisationId, 1);
        await tx.execute(statement);
      });
      expect(watch.faults[0]).toContain(fault);
    }
    watch.faults.length = 0;
    await inOrganisation(stack.services.db, organisationId, async (tx) => {
      await tx.execute("select 1 from detections for key share");
      await tx.execute("select 1 from configurations for key share");
    });
    expect(watch.faults[0]).toContain("configuration after detection, by: select 1 from configurations");
  });
});

describe("deletion, ingest and triage at once", () => {
  let started: Started;
  beforeAll(async () => {
    started = await startNotifying();
  });
  afterAll(() => started.stop());

  // long: all that goes on at once
  it("wait for each other and never in a circle, and leave nothing behind", async () => {
    const { stack, admin, analyst, alertOf } = started;
    const { services } = stack;
    const { organisationId } = admin.actor;
    const rounds = Number(process.env.POCKETSOC_LOCK_ROUNDS ?? 25);
    const token = await webhookToken(admin);
    await started.addDevice(analyst);
    const names = await addAlerts(started, 20);
    let { configurationId } = started;
    const failures: unknown[] = [];
    const soon = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
      await pause(Math.random() * 40);
      return work().catch((error: unknown) => {
        failures.push(error instanceof Error ? (error.cause ?? error) : error);
        return undefined;
      });
    };
    const pollDue = async () => {
      await makeDue(services);
      for (const lease of await leasePolls(services, 10)) await pollConfiguration(services, lease, signal);
    };
    const deliverAll = async (round: number) => {
      await postToWebhook(
        services,
        token,
        ["new", "known"].map((name) =>
          alertOf(name === "new" ? `${name}-${round}` : name, { description: `${round}` }),
        ),
      );
      await mergeAll(services);
    };
    for (let round = 0; round < rounds; round++) {
      await pollDue();
      await deliverAll(round);
      const { items } = await feed(admin, { status: "active" });
      const some = items.slice(0, 10);
      const changes = async () => {
        const results = await setDetectionStatus(admin, {
          items: some.map((item) => ({ id: item.id, expected: item.status })),
          to: "in_progress",
        });
        return results.flatMap((one) => (one.outcome === "held" ? [one.changeId] : []));
      };
      const held = await changes();
      for (const name of names.slice(0, 5)) await changeAlert(started, name, `Round ${round}.`);
      await Promise.all([
        soon(() => pollDue()),
        soon(() => deliverAll(round + rounds)),
        soon(() => deliverAll(round + 2 * rounds)),
        soon(() => notifyDue(services)),
        soon(() => watchOrganisations(services, signal)),
        soon(() => acknowledgeDetections(analyst, items.map(({ id }) => id).toReversed())),
        soon(() => undoStatusChanges(admin, held.slice(0, 5))),
        soon(() => sendDue(services)),
        soon(changes),
        soon(async () => {
          await deleteConfiguration(admin, configurationId, confirmationWord);
          await deleteConfigurationRowsOf(services, { organisationId, configurationId }, signal);
        }),
      ]);
      expect(failures).toEqual([]);
      configurationId = await save(admin, formValues);
    }
    await mergeAll(services);
    await notifyDue(services);
    expect(stack.logged.filter((line) => /40P01|23503|_failed|not_decided/.test(line))).toEqual([]);
    expect(await orphansOf(started)).toEqual([]);
    const [counted] = await stack.services.db.execute<{ deadlocks: number }>(
      "select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()",
    );
    expect(counted).toEqual({ deadlocks: 0 });
  }, 300_000);
});
