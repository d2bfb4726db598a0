import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "#lib/platform/ids.ts";
import type { goodAlert } from "#test/alerts.ts";
import { postToWebhook, mergeAll, webhookBodyOf, webhookToken } from "#test/webhook-bodies.ts";
import { development, formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { all, makeDue, pollNow, save, signal } from "#test/steps.ts";
import { abandonRun } from "#lib/sources/configurations/abandon.ts";
import { setConfigurationDisabled } from "#lib/sources/configurations/change.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { leasePolls, pollConfiguration } from "../poll.ts";
import { changeRole } from "#lib/identity/team/members.ts";
import { clearPipeTest } from "#lib/triage/clear-samples.ts";
import { type PipeTestEvent, runPipeTest } from "./run.ts";

type ArmAlert = ReturnType<typeof goodAlert> & { id: string };

let stack: TestStack;
let admin: Context;
let token: string;
let id: string;
let laterMs = 0;
beforeAll(async () => {
  stack = await startTestStack();
  stack.services.now = () => new Date(Date.now() + laterMs);
  admin = await stack.asMember("admin");
  token = await webhookToken(admin);
  id = await save(admin, formValues);
  await stack.control("POST", "/settings", { sampleDelayMs: 50 });
});
beforeEach(() => {
  laterMs = 0;
});
afterAll(() => stack.stop());

const samplesOf = async (subscriptionId: string) => {
  const alerts = (await stack.control("GET", `/alerts?subscriptionId=${subscriptionId}`)) as ArmAlert[];
  return alerts.filter((alert) => alert.id.includes("/resourceGroups/Sample-RG/"));
};
async function productionSamples(): Promise<ArmAlert[]> {
  const samples = await samplesOf(production);
  if (samples.length === 0) throw new Error("no sample was made yet");
  return samples;
}
/** Runs a pipe test and calls `step` with each event. Returns all events in order. */
async function follow(
  of: string,
  step: (event: PipeTestEvent, at: number) => Promise<unknown> | undefined,
  runId?: string,
) {
  const events: PipeTestEvent[] = [];
  for await (const event of runPipeTest(admin, of, signal, { runId })) {
    events.push(event);
    await step(event, events.length);
  }
  return events;
}
const statesOf = (event: PipeTestEvent | undefined) =>
  event && event.type !== "ended"
    ? event.hops.filter(({ id: hop }) => hop !== "phone").map(({ state }) => state)
    : [];
const idOf = (events: PipeTestEvent[]) => (events[0]?.type === "began" ? events[0].testId : "");
const lastHops = (events: PipeTestEvent[]) => events.findLast((event) => event.type === "hops");

describe("the pipe test", () => {
  it("follows samples from Azure's answer through webhook and poll, and clears them", async () => {
    const events = await follow(id, async (event, at) => {
      if (event.type !== "hops") return;
      if (at === 2) {
        for (const sample of await vi.waitFor(productionSamples))
          await postToWebhook(stack.services, token, webhookBodyOf(sample));
        await mergeAll(stack.services);
      }
      if (at === 3) await pollNow(stack.services);
    });
    expect(events.map(({ type }) => type)).toEqual(["began", "hops", "hops", "hops", "ended"]);
    expect(statesOf(events[0])).toEqual(["waiting", "waiting", "waiting", "waiting"]);
    expect(statesOf(events[1])).toEqual(["passed", "waiting", "waiting", "waiting"]);
    expect(statesOf(events[2])).toEqual(["passed", "passed", "waiting", "passed"]);
    expect(statesOf(events[3])).toEqual(["passed", "passed", "passed", "passed"]);
    expect(events.at(-1)).toEqual({ type: "ended", complete: true, isStopped: false });
    const made = await samplesOf(production);
    const { samples = [] } = lastHops(events) ?? {};
    // the first poll also finds samples of earlier days, which aren't the test's
    const titles = new Set(made.map(({ properties }) => properties.alertDisplayName));
    expect(new Set(samples.map(({ title }) => title))).toEqual(titles);
    expect(samples).toHaveLength(made.length);
    const testId = idOf(events);
    expect((await getVendorConfiguration(admin, id)).lastPipeTest).toMatchObject({
      id: testId,
      cleared: false,
    });
    const cleared = await clearPipeTest(admin, testId);
    expect(cleared.map(({ outcome }) => outcome)).toEqual(made.map(() => "held"));
    expect(await getDetection(admin, samples[0]?.id)).toMatchObject({ pendingStatus: "dismissed" });
    expect(await clearPipeTest(admin, testId)).toEqual([]);
    expect((await getVendorConfiguration(admin, id)).lastPipeTest).toMatchObject({ cleared: true });
  });

  it("waits for samples made by hand when Azure refuses to make them", async () => {
    const elsewhere = await save(admin, { ...formValues, displayName: "Dev", subscriptionIds: development });
    const events = await follow(elsewhere, async (event, at) => {
      if (event.type !== "hops" || at !== 2) return;
      await stack.control("POST", "/alerts", {
        subscriptionId: development,
        count: 1,
        properties: { alertDisplayName: "[SAMPLE ALERT] By hand", alertType: "SIMULATED_BY_HAND" },
      });
      await makeDue(stack.services);
      for (const lease of await leasePolls(stack.services, 10))
        await pollConfiguration(stack.services, lease, signal);
      laterMs = 5 * 60_000;
    });
    expect(lastHops(events)?.hops[0]?.reason).toContain("Contributor");
    expect(statesOf(lastHops(events))).toEqual(["refused", "missing", "passed", "passed"]);
    expect(lastHops(events)?.hops[1]?.reason).toContain("Settings > Deliveries");
    expect(events.at(-1)).toEqual({ type: "ended", complete: false, isStopped: false });
    await setConfigurationDisabled(admin, elsewhere, true);
    await expect(all(runPipeTest(admin, elsewhere, signal))).rejects.toMatchObject({ code: "conflict" });
  });

  it("ends when its page was left, and when its admin loses the role", async () => {
    const runId = newId();
    const left = follow(id, (event) => (event.type === "hops" ? abandonRun(admin, runId) : undefined), runId);
    await expect(left).rejects.toMatchObject({ code: "conflict" });
    const { organisationId } = admin.actor;
    const second = await stack.asMember("admin", organisationId);
    const run = runPipeTest(second, id, signal);
    await run.next();
    await run.next();
    const userId = second.actor.kind === "user" ? second.actor.userId : "";
    await changeRole(admin, { userId, role: "viewer" });
    await expect(run.next()).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is for admins, and for their own organisation's configurations", async () => {
    const analyst = await stack.asMember("analyst", admin.actor.organisationId);
    await expect(all(runPipeTest(analyst, id, signal))).rejects.toMatchObject({ code: "forbidden" });
    const stranger = await stack.asMember("admin");
    await expect(all(runPipeTest(stranger, id, signal))).rejects.toMatchObject({ code: "not_found" });
    const last = (await getVendorConfiguration(admin, id)).lastPipeTest;
    expect(last).not.toBe(null);
    await expect(clearPipeTest(stranger, last?.id)).rejects.toMatchObject({ code: "not_found" });
  });
});
