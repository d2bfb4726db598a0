import { afterAll, beforeAll, expect, it } from "vitest";
import type { Context } from "#lib/core/context.ts";
import { saveConfiguration } from "#lib/sources/configurations/save.ts";
import { getDetection } from "#lib/triage/get.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, makeDue, poll } from "#test/steps.ts";

let stack: TestStack;
let admin: Context;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
});
afterAll(() => stack.stop());

async function raise(title: string, hoursAgo: number): Promise<string> {
  const at = new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
  const { names } = (await stack.control("POST", "/alerts", {
    subscriptionId: formValues.subscriptionIds,
    properties: { alertDisplayName: title, timeGeneratedUtc: at, startTimeUtc: at, severity: "High" },
  })) as { names: [string] };
  return names[0];
}
const boxOf = async (title: string) => (await feed(admin, { q: title })).items[0]?.box;
const polled = async () => {
  // the list may lag behind a read of the alert for a while
  await stack.asOwner("update detection_sources set read_at = read_at - interval '10 minutes'");
  await makeDue(stack.services);
  await poll(stack.services);
};

it("what a source's first poll brings from earlier than 72 hours ago is the backlog, until it is reopened", async () => {
  const { signal } = new AbortController();
  const old = await raise("backlog-old", 100);
  await raise("backlog-recent", 70);
  for await (const _event of saveConfiguration(admin, formValues, { saveAsDisabled: false, signal }));
  await poll(stack.services);
  expect([await boxOf("backlog-old"), await boxOf("backlog-recent")]).toEqual(["backlog", "triage"]);
  const { counts } = await feed(admin);
  expect(counts.view.backlog.high).toBeGreaterThan(0);
  // an old alert that a later poll brings was late, and needs triage
  await raise("backlog-late", 100);
  await polled();
  expect(await boxOf("backlog-late")).toBe("triage");
  for (const status of ["Dismissed", "Active"]) {
    await stack.control("PATCH", `/alerts/${old}`, { status });
    await polled();
  }
  expect(await boxOf("backlog-old")).toBe("triage");
  const [item] = (await feed(admin, { q: "backlog-old" })).items;
  expect((await getDetection(admin, item?.id)).timeline[0]?.text).toContain("Reopened in Azure");
});

it("after a source was off for a day, its next poll brings a backlog again", async () => {
  await stack.asOwner("update configurations set last_good_sync_at = now() - interval '25 hours'");
  await raise("backlog-after-a-day", 100);
  await polled();
  expect(await boxOf("backlog-after-a-day")).toBe("backlog");
});
