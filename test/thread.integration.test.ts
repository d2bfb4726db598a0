import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FeedQuery } from "#lib/schemas/detections.ts";
import { formValues, startTestStack, type TestStack } from "./stack.ts";
import { type SaveEvent, saveConfiguration } from "#lib/sources/configurations/save.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { listDetections } from "#lib/triage/list.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { leaseStatusChanges, sendStatusChange } from "#lib/triage/send-status.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";

const signal = new AbortController().signal;
let stack: TestStack;
let admin: Context;

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
});
afterAll(() => stack.stop());

async function save(values: object, saveAsDisabled = false): Promise<SaveEvent[]> {
  const events: SaveEvent[] = [];
  for await (const event of saveConfiguration(admin, values, { saveAsDisabled, signal })) events.push(event);
  return events;
}
const feed = (query: object = {}) => listDetections(admin, FeedQuery.parse({ view: "all", ...query }), null);

describe("the main flow", () => {
  it("verifies a configuration with real calls and saves it", async () => {
    const events = await save(formValues);
    const steps = events.flatMap((event) =>
      event.type === "step" ? [[event.step.id, event.step.outcome]] : [],
    );
    expect(steps).toEqual([
      ["tenant", "passed"],
      ["credential", "passed"],
      ["alerts", "passed"],
      ["subscription", "passed"],
      ["plans", "passed"],
      ["rights", "passed"],
    ]);
    expect(events.at(-1)).toMatchObject({ type: "saved", disabled: false });
  });

  it("refuses the same subscription twice and names the first configuration", async () => {
    expect((await save(formValues)).at(-1)).toMatchObject({
      type: "invalid",
      existingId: expect.any(String),
    });
  });

  it("stores each polled alert once, and writes nothing for unchanged ones", async () => {
    const [lease] = await leasePolls(stack.services, 10);
    if (!lease) throw new Error("nothing was due");
    const first = await pollConfiguration(stack.services, lease, signal);
    expect(first).toMatchObject({ outcome: "read", tally: { changed: 0, skipped: 0 } });
    const held = (await stack.control(
      "GET",
      `/alerts?subscriptionId=${formValues.subscriptionIds}`,
    )) as unknown[];
    expect(first.tally.added).toBe(held.length);
    await stack.services.db.execute("update poll_targets set due_at = now() - interval '1 second'");
    const [again] = await leasePolls(stack.services, 10);
    if (!again) throw new Error("nothing was due again");
    expect((await pollConfiguration(stack.services, again, signal)).tally).toEqual({
      read: held.length,
      added: 0,
      changed: 0,
      skipped: 0,
    });
  });

  it("lists detections newest first, and finds them by severity and by text", async () => {
    const { items } = await feed();
    const times = items.map((item) => item.occurredAt);
    expect(times).toEqual(times.toSorted().reverse());
    expect((await feed({ severity: "high" })).items.every((item) => item.severity === "high")).toBe(true);
    const found = (await feed({ q: "ransomware" })).items;
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((item) => item.title.toLowerCase().includes("ransomware"))).toBe(true);
  });

  it("changes a status in Azure and reads it back", async () => {
    const item = (await feed({ status: "active" })).items[0];
    if (!item) throw new Error("no active detection");
    const [asked] = await setDetectionStatus(admin, {
      items: [{ id: item.id, expected: "active" }],
      to: "resolved",
      note: "cleaned",
    });
    expect(asked).toMatchObject({ outcome: "held" });
    const [second] = await setDetectionStatus(admin, {
      items: [{ id: item.id, expected: "active" }],
      to: "dismissed",
      note: "late",
    });
    expect(second).toMatchObject({ outcome: "refused", code: "conflict" });
    const [lease] = await leaseStatusChanges(stack.services, 10);
    if (!lease) throw new Error("nothing to send");
    await sendStatusChange(stack.services, lease, signal);
    const detail = await getDetection(admin, item.id);
    expect(detail).toMatchObject({
      status: "resolved",
      syncState: "confirmed",
      pendingStatus: null,
    });
    expect(detail.timeline.map((entry) => entry.text)).toEqual([
      "Azure confirmed Resolved",
      expect.stringContaining("Asked for Resolved"),
      expect.stringContaining("Received by poll"),
    ]);
    const held = (await stack.control("GET", `/alerts?subscriptionId=${formValues.subscriptionIds}`)) as {
      properties: { status: string; alertDisplayName: string };
    }[];
    expect(
      held.filter(
        (alert) => alert.properties.alertDisplayName === item.title && alert.properties.status === "Resolved",
      ),
    ).toHaveLength(1);
  });

  it("shows nothing to another organisation", async () => {
    const stranger = await stack.asMember("admin");
    const item = (await feed()).items[0];
    expect((await listDetections(stranger, FeedQuery.parse({ view: "all" }), null)).items).toEqual([]);
    await expect(getDetection(stranger, item?.id)).rejects.toMatchObject({ code: "not_found" });
    const [refused] = await setDetectionStatus(stranger, {
      items: [{ id: item?.id, expected: "active" }],
      to: "resolved",
      note: "Looked at it.",
    });
    expect(refused).toMatchObject({ outcome: "refused", code: "not_found" });
  });

  it("logs no secret", () => {
    expect(stack.logged.join("\n")).not.toContain(formValues.clientSecret);
  });
});
