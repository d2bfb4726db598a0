import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, poll, pollNow, save, sendDue } from "#test/steps.ts";
import { setConfigurationDisabled } from "#lib/sources/configurations/change.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";

type Held = { name: string; properties: { status: string; version: string; alertDisplayName: string } };

let stack: TestStack;
let admin: Context;
let configurationId: string;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  configurationId = await save(admin, formValues);
  await poll(stack.services);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => stack.stop());

const atAzure = () => stack.control("GET", `/alerts?subscriptionId=${production}`) as Promise<Held[]>;
const active = async () => {
  const [item] = (await feed(admin, { status: "active" })).items;
  if (!item) throw new Error("none is active");
  return item;
};

describe("a poll", () => {
  it("writes nothing for alerts that are as they were, not even a row lock", async () => {
    const marks = () =>
      inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
        tx.execute(`select id, ctid::text, xmin::text, xmax::text from detections
          union all select detection_id, ctid::text, xmin::text, xmax::text from detection_sources order by 1, 2`),
      );
    const before = await marks();
    expect(await pollNow(stack.services)).toMatchObject({ tally: { added: 0, changed: 0 } });
    expect([...(await marks())]).toEqual([...before]);
  });

  it("keeps a status just read back from a list that lags, and heeds one that was taken back since", async () => {
    const item = await active();
    const before = (await atAzure()).find((one) => one.properties.alertDisplayName === item.title);
    if (!before) throw new Error("Azure doesn't hold it");
    await setDetectionStatus(admin, { items: [{ id: item.id, expected: "active" }], to: "resolved" });
    await sendDue(stack.services);
    expect(await getDetection(admin, item.id)).toMatchObject({ status: "resolved" });
    // the very alert that the last poll read
    await stack.control("PATCH", `/alerts/${before.name}`, before.properties);
    await pollNow(stack.services);
    expect(await getDetection(admin, item.id)).toMatchObject({ status: "resolved" });
    // the database's clock tells how long ago that was
    await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
      tx.execute("update detection_sources set read_at = read_at - interval '6 minutes'"),
    );
    await pollNow(stack.services);
    const after = await getDetection(admin, item.id);
    expect(after).toMatchObject({ status: "active" });
    expect(after.timeline.slice(0, 2).map((entry) => entry.text)).toEqual([
      "Status changed in Azure: Resolved → Active",
      "Azure confirmed Resolved",
    ]);
  });
});

describe("an alert that the database refuses", () => {
  it("is kept with the reason, and holds up no other of its batch", async () => {
    const sql = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
    try {
      await sql`create function refuse() returns trigger language plpgsql as
        $$ begin if new.title = 'Refused' then raise sqlstate '22021'; end if; return new; end $$`;
      await sql`create trigger refuse before insert on detections for each row execute function refuse()`;
      const titles = ["Before", "Refused", "After"];
      for (const alertDisplayName of titles)
        await stack.control("POST", "/alerts", {
          subscriptionId: production,
          properties: { alertDisplayName },
        });
      expect(await pollNow(stack.services)).toMatchObject({
        outcome: "read",
        tally: { added: 2, skipped: 1 },
      });
      const shown = (await feed(admin)).items.map(({ title }) => title);
      expect(titles.filter((title) => shown.includes(title))).toEqual(["Before", "After"]);
      const { skipped } = await getVendorConfiguration(admin, configurationId);
      expect(skipped).toMatchObject([
        { reason: expect.stringContaining("refused"), body: expect.stringContaining("Refused") },
      ]);
    } finally {
      await sql`drop function refuse() cascade`;
      await sql.end();
    }
  });

  it("when it is all of them, fails the read and says so", async () => {
    const sql = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
    try {
      await sql`create function refuse() returns trigger language plpgsql as
        $$ begin raise sqlstate '22021'; end $$`;
      await sql`create trigger refuse before insert on detections for each row execute function refuse()`;
      await stack.control("POST", "/alerts", { subscriptionId: production, count: 12 });
      expect(await pollNow(stack.services)).toMatchObject({ outcome: "failed" });
    } finally {
      await sql`drop function refuse() cascade`;
      await sql.end();
    }
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
  });
});

describe("a configuration that is disabled", () => {
  it("takes no change, and ends one on its way without sending it", async () => {
    const item = await active();
    const ask = () =>
      setDetectionStatus(admin, { items: [{ id: item.id, expected: "active" }], to: "in_progress" });
    expect(await ask()).toMatchObject([{ outcome: "held" }]);
    await setConfigurationDisabled(admin, configurationId, true);
    await stack.control("DELETE", "/requests");
    expect(await sendDue(stack.services)).toBe(1);
    expect(await getDetection(admin, item.id)).toMatchObject({
      status: "active",
      pendingStatus: null,
      syncState: "failed",
      stateSentence: expect.stringContaining("“Azure Production” was disabled"),
    });
    expect(await ask()).toMatchObject([
      { outcome: "refused", message: expect.stringContaining("An admin can enable it under Settings") },
    ]);
    expect(await stack.control("GET", "/requests")).toEqual([]);
    await setConfigurationDisabled(admin, configurationId, false);
    expect(await ask()).toMatchObject([{ outcome: "held" }]);
  });
});
