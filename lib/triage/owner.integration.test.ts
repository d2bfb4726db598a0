import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "#lib/core/context.ts";
import { startEscalations, steps, userIdOf } from "#test/escalations.ts";
import { sendDue } from "#test/steps.ts";
import { acknowledgeDetections } from "./acknowledge.ts";
import { getDetection } from "./get.ts";
import { giveUpChanges } from "./give-up.ts";
import { releaseDetections } from "./release.ts";
import { setDetectionStatus } from "./set-status.ts";
import { takeOverDetections } from "./take-over.ts";
import { undoStatusChanges } from "./undo-status.ts";

const run = await startEscalations();
const { stack, admin, raised, polled, atAzure, ask, later, fire, stopped, reasons, firesAtOnce } = run;
const { services } = stack;
let ana: Context;
let ben: Context;
beforeEach(async () => {
  ana = await run.begin();
  ben = await stack.asMember("analyst", admin.actor.organisationId);
});
afterAll(run.stop);

const shown = async (id: string) => {
  const { box, acknowledgedBy, status, pendingStatus, syncState } = await getDetection(admin, id);
  return { box, owner: acknowledgedBy, status, pendingStatus, syncState };
};
const texts = async (id: string) => (await getDetection(admin, id)).timeline.map(({ text }) => text);
const open = { owner: null, status: "active", pendingStatus: null, box: "triage" };

async function owned(ctx: Context): Promise<{ id: string; name: string; changeId: string }> {
  services.undoWindowMs = 8_000;
  const found = await raised();
  const [result] = await acknowledgeDetections(ctx, [found.id]);
  if (result?.outcome !== "acknowledged") throw new Error(JSON.stringify(result));
  return { ...found, changeId: result.changeId };
}
const release = async (ctx: Context, id: string) => (await releaseDetections(ctx, [id]))[0];

describe("Release", () => {
  it.each(["its owner", "an admin"])("by %s gives the escalation back where it was", async (who) => {
    const { id } = await owned(ana);
    await stopped(id);
    later(6);
    expect(await release(who === "an admin" ? admin : ana, id)).toMatchObject({ outcome: "done" });
    expect(await shown(id)).toMatchObject(open);
    expect((await texts(id))[0]).toBe("Released: nobody owns it now");
    expect(await firesAtOnce(id)).toEqual(steps);
  });

  it("is refused to a colleague, and for what nobody owns", async () => {
    const { id } = await owned(ana);
    expect(await release(ben, id)).toMatchObject({
      code: "not_allowed",
      message: `${ana.actor.name} owns it. Take it over, or ask an admin.`,
    });
    await release(ana, id);
    expect(await release(ana, id)).toMatchObject({ code: "conflict", message: "Nobody owns it." });
    expect(await release(await stack.asMember("analyst"), id)).toMatchObject({ code: "not_found" });
  });

  it("of what is In Progress makes it Active in Azure too, and the escalation goes on meanwhile", async () => {
    const { id } = await raised();
    await ask(ana, id, "in_progress");
    await sendDue(services);
    expect(await shown(id)).toMatchObject({ box: "owned", owner: ana.actor.name, status: "in_progress" });
    await stopped(id);
    later(6);
    expect(await release(ana, id)).toMatchObject({ outcome: "done" });
    expect(await shown(id)).toMatchObject({ box: "triage", owner: null, pendingStatus: "active" });
    // Azure may answer late, or not for a long time
    expect(await firesAtOnce(id)).toEqual(steps);
    await sendDue(services);
    expect(await shown(id)).toMatchObject({ ...open, syncState: "confirmed" });
    await fire();
    expect(await reasons(id)).toEqual(steps);
  });

  it("that Azure refuses returns the owner, and the escalation stays stopped", async () => {
    const { id } = await raised();
    await ask(ana, id, "in_progress");
    await sendDue(services);
    await stopped(id);
    await release(ana, id);
    await stack.control("POST", "/faults", {
      target: "status",
      kind: "arm",
      error: "AuthorizationFailed",
      times: 20,
    });
    await sendDue(services);
    await stack.control("DELETE", "/faults");
    expect(await shown(id)).toMatchObject({ box: "owned", owner: ana.actor.name, syncState: "failed" });
    later(6);
    await fire();
    expect(await reasons(id)).toEqual(["raised"]);
  });
});

describe("Take over", () => {
  const takeOver = async (ctx: Context, id: string, from: Context | null) =>
    (await takeOverDetections(ctx, [{ id, from: from ? userIdOf(from) : null }]))[0];

  it("makes a colleague's alert mine, and nobody is paged meanwhile", async () => {
    const { id } = await owned(ana);
    await stopped(id);
    expect(await takeOver(ben, id, ana)).toMatchObject({ outcome: "done" });
    expect(await shown(id)).toMatchObject({ box: "owned", owner: ben.actor.name });
    expect((await texts(id))[0]).toBe(`Took it over from ${ana.actor.name}`);
    later(6);
    await fire();
    expect(await reasons(id)).toEqual(["raised"]);
  });

  it("is refused if somebody else was faster, or it is mine already", async () => {
    const { id } = await owned(ana);
    await takeOver(ben, id, ana);
    expect(await takeOver(admin, id, ana)).toMatchObject({
      code: "conflict",
      message: `${ben.actor.name} owns it by now. Look at it again, then decide.`,
    });
    expect(await takeOver(ben, id, ben)).toMatchObject({ code: "conflict" });
    await release(ben, id);
    expect(await takeOver(admin, id, ben)).toMatchObject({
      message: "Nobody owns it by now. Look at it again, then decide.",
    });
  });

  it("by two at once has one winner", async () => {
    const { id } = await owned(ana);
    const results = await Promise.all([takeOver(ben, id, ana), takeOver(admin, id, ana)]);
    expect(results.filter((result) => result?.outcome === "done")).toHaveLength(1);
  });
});

describe("Undo", () => {
  it("of Acknowledge gives the escalation back", async () => {
    const { id, changeId } = await owned(ana);
    await stopped(id);
    expect(await undoStatusChanges(ana, [changeId])).toEqual([{ changeId, undone: true }]);
    expect(await shown(id)).toMatchObject(open);
    expect((await texts(id))[0]).toBe("Undid “Acknowledge”");
    later(6);
    await run.makeDue("escalation");
    expect(await firesAtOnce(id)).toEqual(steps);
    expect(await undoStatusChanges(ana, [changeId])).toEqual([{ changeId, undone: false }]);
  });

  it("of Release and of Take over returns the owner before", async () => {
    const { id } = await owned(ana);
    const released = await release(ana, id);
    if (released?.outcome !== "done") throw new Error("not released");
    await undoStatusChanges(ana, [released.changeId]);
    expect(await shown(id)).toMatchObject({ box: "owned", owner: ana.actor.name });
    const [taken] = await takeOverDetections(ben, [{ id, from: userIdOf(ana) }]);
    if (taken?.outcome !== "done") throw new Error("not taken over");
    await undoStatusChanges(ben, [taken.changeId]);
    expect(await shown(id)).toMatchObject({ box: "owned", owner: ana.actor.name });
    await stopped(id);
    later(6);
    await fire();
    expect(await reasons(id)).toEqual(["raised"]);
  });

  it("is for the person who did it, in time, and only until somebody else changes the owner", async () => {
    const mine = await owned(ana);
    expect(await undoStatusChanges(ben, [mine.changeId])).toMatchObject([{ undone: false }]);
    await takeOverDetections(ben, [{ id: mine.id, from: userIdOf(ana) }]);
    expect(await undoStatusChanges(ana, [mine.changeId])).toMatchObject([{ undone: false }]);
    const late = await owned(ana);
    later(1);
    expect(await undoStatusChanges(ana, [late.changeId])).toMatchObject([{ undone: false }]);
    expect([await shown(mine.id), await shown(late.id)]).toMatchObject([
      { owner: ben.actor.name },
      { owner: ana.actor.name },
    ]);
  });
});

describe("a verdict", () => {
  const judge = async (
    ctx: Context,
    id: string,
    reason: string | null,
    to: string,
    expected = "active",
    note = "Looked at it.",
  ) => {
    const [result] = await setDetectionStatus(ctx, { items: [{ id, expected }], to, note, reason });
    if (result?.outcome !== "held") throw new Error(JSON.stringify(result));
    return result.changeId;
  };
  const verdictOf = async (id: string) => {
    const [row] = await run.execute(
      `select verdict, reason, judged_by, judged_how, box from detections where id = '${id}'`,
    );
    return row as Record<string, unknown>;
  };
  const none = { verdict: null, reason: null, judged_by: null, judged_how: null };

  it("goes with the status it belongs to, and who decides owns the alert", async () => {
    const { id } = await owned(ben);
    await judge(ana, id, "false_positive", "dismissed");
    expect(await verdictOf(id)).toEqual({
      verdict: "false_positive",
      reason: "false_positive",
      judged_by: ana.actor.name,
      judged_how: "sheet",
      box: "closed",
    });
    services.undoWindowMs = 0;
    await run.execute("update outbox set due_at = now()");
    await sendDue(services);
    expect(await shown(id)).toMatchObject({ box: "closed", owner: ana.actor.name, syncState: "confirmed" });
    expect(await texts(id)).toContain("Asked for Dismissed as False positive (was Active)");
  });

  it("that is confirmed as a true positive stays open", async () => {
    const { id } = await raised();
    await judge(ana, id, "confirmed", "in_progress");
    await sendDue(services);
    expect(await verdictOf(id)).toMatchObject({
      verdict: "true_positive",
      reason: "confirmed",
      box: "owned",
    });
  });

  it("is taken back by Undo, with the owner before", async () => {
    const { id } = await owned(ben);
    const changeId = await judge(ana, id, "expected", "dismissed");
    await undoStatusChanges(ana, [changeId]);
    expect(await verdictOf(id)).toEqual({ ...none, box: "owned" });
    expect(await shown(id)).toMatchObject({ owner: ben.actor.name });
  });

  it("is taken back when Azure refuses, and the alert is in its box as before, not saved", async () => {
    const { id } = await raised();
    await judge(ana, id, "remediated", "resolved");
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
    expect(await verdictOf(id)).toEqual({ ...none, box: "triage" });
    expect(await shown(id)).toMatchObject({ ...open, syncState: "failed" });
    expect(await firesAtOnce(id)).toEqual(steps);
  });

  it("is withdrawn when the alert is reopened, here or in Azure", async () => {
    const here = await raised();
    await judge(ana, here.id, "expected", "dismissed");
    await sendDue(services);
    const reopening = await judge(ana, here.id, null, "active", "dismissed");
    expect(await verdictOf(here.id)).toEqual({ ...none, box: "owned" });
    services.undoWindowMs = 8_000;
    await undoStatusChanges(ana, [reopening]);
    expect(await verdictOf(here.id)).toMatchObject({ verdict: "benign", reason: "expected", box: "closed" });
    await atAzure(here.name, "Active");
    await polled();
    expect(await verdictOf(here.id)).toEqual({ ...none, box: "triage" });
  });

  it("needs the status that it goes with, and words where nothing can be told", async () => {
    const { id } = await raised();
    await expect(judge(ana, id, "expected", "resolved")).rejects.toThrow("Expected goes with Dismissed.");
    await expect(judge(ana, id, "undetermined", "dismissed", "active", "")).rejects.toThrow(
      "Say in the note what you looked at.",
    );
    await expect(judge(ana, id, "whatever", "dismissed")).rejects.toMatchObject({ code: "invalid" });
    await judge(ana, id, "undetermined", "dismissed", "active", "No logs are left.");
  });
});

describe("what was before", () => {
  const refuse = () =>
    stack.control("POST", "/faults", {
      target: "status",
      kind: "arm",
      error: "AuthorizationFailed",
      times: 20,
    });
  const failed = async (ctx: Context) => {
    const found = await raised();
    await ask(ctx, found.id, "resolved");
    await refuse();
    await sendDue(services);
    await stack.control("DELETE", "/faults");
    expect(await shown(found.id)).toMatchObject({ syncState: "failed" });
    return found;
  };

  it("doesn't come back over a reopening at the vendor, which begins anew", async () => {
    const { id, name } = await raised();
    await ask(ben, id, "dismissed");
    await sendDue(services);
    services.undoWindowMs = 60_000;
    const reopening = await ask(ana, id, "active", "dismissed");
    await atAzure(name, "Active");
    await polled();
    await undoStatusChanges(ana, [reopening]);
    expect(await shown(id)).toMatchObject({ box: "triage", owner: null, status: "active" });
    await fire();
    expect(await reasons(id)).toEqual(["raised"]);
  });

  it("isn't an owner whose own decision was taken back meanwhile", async () => {
    const { id } = await raised();
    services.undoWindowMs = 8_000;
    const progress = await ask(ben, id, "in_progress");
    const [taken] = await takeOverDetections(ana, [{ id, from: userIdOf(ben) }]);
    if (taken?.outcome !== "done") throw new Error("not taken over");
    expect(await undoStatusChanges(ben, [progress])).toMatchObject([{ undone: true }]);
    expect(await shown(id)).toMatchObject({ owner: ana.actor.name });
    expect(await undoStatusChanges(ana, [taken.changeId])).toMatchObject([{ undone: true }]);
    expect(await shown(id)).toMatchObject(open);
    later(6);
    await run.makeDue("escalation");
    expect(await firesAtOnce(id)).toEqual(steps);
  });

  it("says why a change wasn't saved, whoever owns the alert since, until it is tried again or given up", async () => {
    const { id } = await failed(ana);
    await acknowledgeDetections(ben, [id]);
    expect(await getDetection(admin, id)).toMatchObject({
      notSaved: { to: "resolved" },
      stateSentence: expect.stringContaining("Azure"),
    });
    services.undoWindowMs = 60_000;
    const again = await ask(ana, id, "resolved");
    await undoStatusChanges(ana, [again]);
    expect(await shown(id)).toMatchObject({ syncState: "failed", box: "owned", owner: ben.actor.name });
    expect((await getDetection(admin, id)).notSaved).not.toBeNull();
    expect(await giveUpChanges(ben, [id])).toEqual([{ id, outcome: "given_up" }]);
    expect(await shown(id)).toMatchObject({ syncState: "idle" });
    expect((await getDetection(admin, id)).notSaved).toBeNull();
  });

  it("is no verdict any more once the alert is closed without one, and Undo returns it", async () => {
    const { id } = await raised();
    const [confirmed] = await setDetectionStatus(ana, {
      items: [{ id, expected: "active" }],
      to: "in_progress",
      reason: "confirmed",
    });
    expect(confirmed?.outcome).toBe("held");
    await sendDue(services);
    services.undoWindowMs = 60_000;
    const closing = await ask(ana, id, "resolved", "in_progress");
    expect(await getDetection(admin, id)).toMatchObject({ verdict: null, reason: null });
    await undoStatusChanges(ana, [closing]);
    expect(await getDetection(admin, id)).toMatchObject({ verdict: "true_positive", reason: "confirmed" });
  });

  it("a script's token leaves an open alert to its owner, and owns what it reopens", async () => {
    const { id } = await owned(ben);
    services.undoWindowMs = 0;
    const token = { id: userIdOf(ana), name: "A script", permissions: ["detections.triage" as const] };
    const script = { ...ana, actor: { ...ana.actor, token } } as Context;
    await ask(script, id, "dismissed");
    expect(await shown(id)).toMatchObject({ owner: ben.actor.name, box: "closed" });
    await run.execute("update outbox set due_at = now()");
    await run.execute("update changes set requester = null");
    await sendDue(services);
    await ask(script, id, "active", "dismissed");
    expect(await shown(id)).toMatchObject({ owner: ana.actor.name });
  });
});
