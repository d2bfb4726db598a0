import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import { newId } from "#lib/platform/ids.ts";
import { development, formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { all, feed, poll, pollNow, save, signal } from "#test/steps.ts";
import { startWorkerProcess } from "#test/worker-process.ts";
import { cleanUpOld } from "#programs/worker/clean-up.ts";
import type { Context } from "#lib/core/context.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDetection } from "#lib/triage/get.ts";
import { deleteConfigurationRowsOf } from "#lib/triage/delete-configuration-rows.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { confirmationWord } from "#lib/domain/confirmation.ts";
import { deleteConfiguration } from "./delete.ts";
import { getVendorConfiguration } from "./get.ts";
import { listSharedCredentials, listVendorConfigurations } from "./list.ts";
import { saveConfiguration } from "./save.ts";

let stack: TestStack;
let admin: Context;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
});
afterAll(() => stack.stop());

const count = (table: string) =>
  inOrganisation(stack.services.db, admin.actor.organisationId, async (tx) => {
    const [row] = await tx.execute<{ count: number }>(`select count(*)::int as count from ${table}`);
    return row?.count ?? -1;
  });

describe("a deleted configuration", () => {
  it("disappears and stops working at once, and a worker deletes its rows", async () => {
    const id = await save(admin, formValues);
    await stack.control("POST", "/alerts", { subscriptionId: production, count: 450 });
    await poll(stack.services);
    const [item] = (await feed(admin)).items;
    if (!item) throw new Error("no detection");
    const [change] = await setDetectionStatus(admin, {
      items: [{ id: item.id, expected: item.status }],
      to: item.status === "active" ? "in_progress" : "active",
    });
    expect(change).toMatchObject({ outcome: "held" });
    const stored = await count("detections");
    expect(stored).toBeGreaterThan(450);

    await expect(deleteConfiguration(admin, id, formValues.displayName)).rejects.toMatchObject({
      code: "invalid",
      message: "Type delete to confirm it.",
    });
    await deleteConfiguration(admin, id, confirmationWord);
    expect(await listVendorConfigurations(admin)).toEqual([]);
    expect(await listSharedCredentials(admin)).toEqual([]);
    expect(await feed(admin)).toMatchObject({
      items: [],
      configurations: [],
      counts: { severity: {}, status: {} },
    });
    await expect(getVendorConfiguration(admin, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(getDetection(admin, item.id)).rejects.toMatchObject({ code: "not_found" });
    expect(await acknowledgeDetections(admin, [item.id])).toMatchObject([{ outcome: "not_found" }]);
    await expect(pollNow(stack.services)).rejects.toThrow("0 configurations were due");
    const queued = await stack.services.db.execute("select * from outbox");
    expect(queued).toHaveLength(0);
    await expect(deleteConfiguration(admin, id, confirmationWord)).rejects.toMatchObject({
      code: "not_found",
    });
    const again = await saveAgain();
    expect(again).toMatchObject({
      type: "invalid",
      message: expect.stringContaining("Try again in a minute"),
    });

    const worker = startWorkerProcess(stack.workerEnv);
    await expect.poll(() => count("configurations"), { timeout: 30_000 }).toBe(0);
    await worker.stop("SIGTERM");
    for (const table of [
      "detections",
      "detection_sources",
      "detection_events",
      "changes",
      "detection_counts",
      "credentials",
    ])
      expect([table, await count(table)]).toEqual([table, 0]);
    expect(await count("detection_tombstones")).toBe(stored);
    expect(await saveAgain()).toMatchObject({ type: "saved" });
    await poll(stack.services);
    expect(await count("detections")).toBe(stored);
  });

  it("leaves a credential that another configuration uses, and its interrupted job can continue", async () => {
    const [first] = await listVendorConfigurations(admin);
    const second = await save(admin, {
      ...formValues,
      displayName: "Second",
      subscriptionIds: development,
      credentialId: first?.credentialId,
    });
    await poll(stack.services);
    await deleteConfiguration(admin, first?.id, confirmationWord);
    const where = { organisationId: admin.actor.organisationId, configurationId: first?.id ?? "" };
    const cut = new AbortController();
    let turns = 0;
    const { now } = stack.services;
    stack.services.now = () => {
      if (++turns === 2) cut.abort();
      return now();
    };
    await expect(deleteConfigurationRowsOf(stack.services, where, cut.signal)).rejects.toThrow("aborted");
    stack.services.now = now;
    const halfway = await count("detections");
    expect(halfway).toBeGreaterThan(50);
    await deleteConfigurationRowsOf(stack.services, where, signal);
    await deleteConfigurationRowsOf(stack.services, where, signal);
    const left = (await feed(admin)).items;
    expect(left.length).toBeGreaterThan(0);
    expect(new Set(left.map(({ configurationName }) => configurationName))).toEqual(new Set(["Second"]));
    expect(await listVendorConfigurations(admin)).toMatchObject([{ id: second }]);
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { added: 0, changed: 0 } });
  });

  const saveAgain = async () =>
    (await all(saveConfiguration(admin, formValues, { saveAsDisabled: false, signal }))).at(-1);
});

describe("the hourly clean-up", () => {
  it("deletes expired rows and nothing else", async () => {
    const { organisationId } = admin.actor;
    const { db } = stack.services;
    const [row] = await db.execute<{ id: string }>("select user_id as id from memberships limit 1");
    for (const [hash, days] of [
      ["aa", 31],
      ["bb", 29],
    ] as const)
      await db.execute(`insert into sessions (id_hash, user_id, expires_at)
        values ('\\x${hash}', '${row?.id}', now() - interval '${days} days')`);
    await inOrganisation(db, organisationId, async (tx) => {
      await tx.execute(`insert into skipped_alerts (organisation_id, configuration_id, body_hash, reason, body, last_seen_at)
        select '${organisationId}', (select id from configurations limit 1), sha256(i::text::bytea), 'odd', '',
          now() - i * interval '1 minute' from generate_series(1, 1100) i`);
      await tx.execute(
        "update skipped_alerts set last_seen_at = now() - interval '31 days' where body_hash = sha256('1')",
      );
      const at = (days: number) => new Date(Date.now() - days * 86_400_000);
      await insertNotifications(
        tx,
        organisationId,
        ([91, 89] as const).map((days) => ({
          id: newId(),
          userId: row?.id ?? "",
          reason: "test",
          state: "accepted",
          queuedAt: at(days),
        })),
      );
    });
    await stack.asOwner("update detection_tombstones set deleted_at = now() - interval '31 days'");
    const tombstones = await count("detection_tombstones");
    const detections = await count("detections");
    expect(await cleanUpOld(stack.services, signal)).toEqual({
      sessions: 1,
      skipped: 100,
      tombstones,
      deliveries: 0,
      notifications: 1,
      resealed: 0,
      unopened: 0,
    });
    expect(await count("skipped_alerts")).toBe(1_000);
    expect(await count("detections")).toBe(detections);
    expect(await cleanUpOld(stack.services, signal)).toEqual({
      sessions: 0,
      skipped: 0,
      tombstones: 0,
      deliveries: 0,
      notifications: 0,
      resealed: 0,
      unopened: 0,
    });
  });
});
