import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "#lib/core/context.ts";
import { changeRole, removeMember } from "#lib/identity/team/members.ts";
import { startEscalations, steps, userIdOf } from "#test/escalations.ts";
import { sendDue, signal } from "#test/steps.ts";
import { acknowledgeDetections } from "./acknowledge.ts";
import { getDetection } from "./get.ts";
import { releaseLostOwners } from "./release-lost.ts";
import { undoStatusChanges } from "./undo-status.ts";

const run = await startEscalations();
const { stack, admin, raised, polled, atAzure, ask, later, fire, stopped, reasons, firesAtOnce } = run;
const { services } = stack;
let analyst: Context;
beforeEach(async () => {
  analyst = await run.begin();
});
afterAll(run.stop);

describe("an escalation that was ended goes on at once if its time has passed", () => {
  it("when the change is undone", async () => {
    const { id } = await raised();
    services.undoWindowMs = 60_000;
    const change = await ask(analyst, id, "resolved");
    await stopped(id);
    later(6);
    await undoStatusChanges(analyst, [change]);
    expect(await firesAtOnce(id)).toEqual(steps);
  });

  it("when the vendor refuses the change", async () => {
    const { id } = await raised();
    await ask(analyst, id, "resolved");
    await stopped(id);
    later(6);
    await stack.control("POST", "/faults", {
      target: "status",
      kind: "arm",
      error: "AuthorizationFailed",
      times: 20,
    });
    await sendDue(services);
    await stack.control("DELETE", "/faults");
    expect((await getDetection(admin, id)).syncState).toBe("failed");
    expect(await firesAtOnce(id)).toEqual(steps);
  });

  it("when somebody at the vendor decided otherwise meanwhile", async () => {
    const { id, name } = await raised();
    await ask(analyst, id, "in_progress");
    await sendDue(services);
    await ask(analyst, id, "resolved", "in_progress");
    await stopped(id);
    await run.execute(`update detections set owned_since = null, owner_id = null where id = '${id}'`);
    later(6);
    await atAzure(name, "Active");
    await sendDue(services);
    expect((await getDetection(admin, id)).syncState).toBe("diverged");
    expect(await firesAtOnce(id)).toEqual(steps);
  });

  it.each(["removed", "made a viewer"])("when the person who asked for the change is %s", async (how) => {
    const { id } = await raised();
    services.undoWindowMs = 600_000;
    await ask(analyst, id, "resolved");
    await stopped(id);
    later(6);
    const userId = userIdOf(analyst);
    await (how === "removed"
      ? removeMember(admin, { userId })
      : changeRole(admin, { userId, role: "viewer" }));
    await sendDue(services);
    expect(await firesAtOnce(id)).toEqual(steps);
  });

  it.each(["removed", "made a viewer"])("when its owner is %s", async (how) => {
    const { id } = await raised();
    await acknowledgeDetections(analyst, [id]);
    await stopped(id);
    later(6);
    await releaseLostOwners(services, signal);
    await fire();
    expect(await reasons(id)).toEqual(["raised"]);
    const userId = userIdOf(analyst);
    await (how === "removed"
      ? removeMember(admin, { userId })
      : changeRole(admin, { userId, role: "viewer" }));
    await Promise.all([releaseLostOwners(services, signal), releaseLostOwners(services, signal)]);
    await releaseLostOwners(services, signal);
    const texts = (await getDetection(admin, id)).timeline.map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith("Nobody owns it any more"))).toHaveLength(1);
    expect(await firesAtOnce(id)).toEqual(steps);
  });

  it("when it goes from In Progress back to Active at the vendor, and nobody here owns it", async () => {
    const { id, name } = await raised();
    await atAzure(name, "InProgress");
    await polled();
    await stopped(id);
    later(6);
    await atAzure(name, "Active");
    await polled();
    expect(await firesAtOnce(id)).toEqual(steps);
  });
});

it("waits for the rest of its time", async () => {
  const { id } = await raised();
  services.undoWindowMs = 60_000;
  const change = await ask(analyst, id, "resolved");
  await stopped(id);
  later(2);
  await undoStatusChanges(analyst, [change]);
  await fire();
  expect(await reasons(id)).toEqual(["raised"]);
  const [due] = await run.dueInSeconds("escalation");
  expect(due).toBeGreaterThan(150);
  expect(due).toBeLessThan(181);
});

it("waits for the rest of its second step's time", async () => {
  const { id } = await raised();
  later(5);
  await run.makeDue("escalation");
  await fire();
  await acknowledgeDetections(analyst, [id]);
  await stopped(id);
  later(2);
  await removeMember(admin, { userId: userIdOf(analyst) });
  await releaseLostOwners(services, signal);
  await fire();
  expect(await reasons(id)).toEqual(["raised", "escalated_to_everyone"]);
  const [due] = await run.dueInSeconds("escalation");
  expect(due).toBeGreaterThan(150);
  expect(due).toBeLessThan(181);
});

it("goes on at its second step, and not again after that", async () => {
  const { id } = await raised();
  later(5);
  await run.makeDue("escalation");
  await fire();
  await acknowledgeDetections(analyst, [id]);
  await stopped(id);
  later(6);
  await removeMember(admin, { userId: userIdOf(analyst) });
  await releaseLostOwners(services, signal);
  await fire();
  expect(await reasons(id)).toEqual(steps);
  await run.execute(`update detections set owned_since = now(),
    owner_id = '${userIdOf(analyst)}' where id = '${id}'`);
  await releaseLostOwners(services, signal);
  expect(await run.dueInSeconds("escalation")).toEqual([]);
});
