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

type VendorAlert = {
  name: string;
  properties: { status: string; version: string; alertDisplayName: string };
};

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

const atAzure = () => stack.control("GET", `/alerts?subscriptionId=${production}`) as Promise<VendorAlert[]>;
const active = async () => {
  const [item] = (await feed(admin, { status: "active" })).items;
  if (!item) throw new Error("none is active");
  return item;
};

describe("a poll", () => {
  it("writes nothing for unchanged alerts, not even a row lock", async () => {
    const rowVersions = () =>
      inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
        tx.execute(`select id, ctid::text, xmin::text, xmax::text from detections
          union all select detection_id, ctid::text, xmin::text, xmax::text from detection_sources order by 1, 2`),
      );
    const before = await rowVersions();
    expect(await pollNow(stack.services)).toMatchObject({ tally: { added: 0, changed: 0 } });
    expect([...(await rowVersions())]).toEqual([...before]);
  });

  it("keeps a status just written although the list lags behind, and accepts one that was reverted later", async () => {
    const item = await active();
    const before = (await atAzure()).find(({ properties }) => properties.alertDisplayName === item.title);
    if (!before) throw new Error("Azure doesn't hold it");
    await setDetectionStatus(admin, {
      items: [{ id: item.id, expected: "active" }],
      to: "resolved",
      note: "Looked at it.",
    });
    await sendDue(stack.services);
    expect(await getDetection(admin, item.id)).toMatchObject({ status: "resolved" });
    // the vendor's list shows the alert as the last poll read it
    await stack.control("PATCH", `/alerts/${before.name}`, before.properties);
    await pollNow(stack.services);
    expect(await getDetection(admin, item.id)).toMatchObject({ status: "resolved" });
    // 6 minutes later by the database's clock
    await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
      tx.execute("update detection_sources set read_at = read_at - interval '6 minutes'"),
    );
    await pollNow(stack.services);
    const after = await getDetection(admin, item.id);
    expect(after).toMatchObject({ status: "active" });
    expect(after.timeline.slice(0, 2).map((entry) => entry.text)).toEqual([
      "Reopened in Azure: Resolved → Active",
      "Azure confirmed Resolved",
    ]);
  });
});

describe("an alert that the database refuses", () => {
  it("is stored as skipped with the reason, while the rest of its batch is stored", async () => {
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

  it("fails the poll if every alert is refused", async () => {
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
  it("accepts no status change, and fails a pending one unsent", async () => {
    const item = await active();
    const requestChange = () =>
      setDetectionStatus(admin, { items: [{ id: item.id, expected: "active" }], to: "in_progress" });
    expect(await requestChange()).toMatchObject([{ outcome: "held" }]);
    await setConfigurationDisabled(admin, configurationId, true);
    await stack.control("DELETE", "/requests");
    expect(await sendDue(stack.services)).toBe(1);
    expect(await getDetection(admin, item.id)).toMatchObject({
      status: "active",
      pendingStatus: null,
      syncState: "failed",
      stateSentence: expect.stringContaining("“Azure Production” was disabled"),
    });
    expect(await requestChange()).toMatchObject([
      { outcome: "refused", message: expect.stringContaining("An admin can enable it under Settings") },
    ]);
    expect(await stack.control("GET", "/requests")).toEqual([]);
    await setConfigurationDisabled(admin, configurationId, false);
    expect(await requestChange()).toMatchObject([{ outcome: "held" }]);
  });
});
