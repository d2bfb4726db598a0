import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "#lib/core/context.ts";
import type { Status } from "#lib/domain/status.ts";
import type { Reason } from "#lib/domain/verdict.ts";
import { startEscalations, userIdOf } from "#test/escalations.ts";
import { sendDue } from "#test/steps.ts";
import { acknowledgeDetections } from "./acknowledge.ts";
import { getDetection } from "./get.ts";
import { setDetectionStatus } from "./set-status.ts";
import { undoStatusChanges } from "./undo-status.ts";

const run = await startEscalations();
const { stack, admin, raised } = run;
const { services } = stack;
let analyst: Context;
beforeEach(async () => {
  analyst = await run.begin();
});
afterAll(run.stop);

const decide = async (
  ctx: Context,
  id: string,
  {
    expected,
    to,
    reason,
    note = "Looked at it.",
  }: { expected: Status; to: Status; reason: Reason | null; note?: string },
) => {
  const [result] = await setDetectionStatus(ctx, { items: [{ id, expected }], to, reason, note });
  if (!result) throw new Error("no result");
  return result;
};
const stateOf = async (id: string) => {
  const { status, pendingStatus, verdict, reason, ownerId } = await getDetection(admin, id);
  return { status, pendingStatus, verdict, reason, ownerId };
};
const writes = async () => {
  const requests = (await stack.control("GET", "/requests")) as { method: string; host: string }[];
  return requests.filter(({ method, host }) => method === "POST" && host === "arm").length;
};

describe("a verdict alone", () => {
  it("of a closed alert changes, keeps status and owner, and is undone; the vendor hears nothing", async () => {
    const { id } = await raised();
    services.undoWindowMs = 0;
    await decide(analyst, id, { expected: "active", to: "dismissed", reason: "expected" });
    await sendDue(services);
    const before = await stateOf(id);
    expect(before).toMatchObject({ status: "dismissed", verdict: "benign", ownerId: userIdOf(analyst) });
    const sent = await writes();
    services.undoWindowMs = 8_000;
    // a High that is closed already needs no words for another verdict
    const result = await decide(admin, id, {
      expected: "dismissed",
      to: "dismissed",
      reason: "false_positive",
      note: "",
    });
    expect(result).toMatchObject({ outcome: "judged", undoMs: 8_000 });
    expect(await stateOf(id)).toEqual({ ...before, verdict: "false_positive", reason: "false_positive" });
    expect((await getDetection(admin, id)).timeline.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^Judged.*False positive.*; the status stays Dismissed$/),
    );
    const undo = result.outcome === "judged" ? result.changeId : "";
    // by nobody else
    expect(await undoStatusChanges(analyst, [undo])).toEqual([{ changeId: undo, undone: false }]);
    expect(await undoStatusChanges(admin, [undo])).toEqual([{ changeId: undo, undone: true }]);
    expect(await stateOf(id)).toEqual(before);
    await sendDue(services);
    expect(await writes()).toBe(sent);
  });

  it("of an alert In Progress confirms a true positive, for whoever judges it", async () => {
    const { id } = await raised();
    await decide(analyst, id, { expected: "active", to: "in_progress", reason: null });
    await sendDue(services);
    const result = await decide(admin, id, {
      expected: "in_progress",
      to: "in_progress",
      reason: "confirmed",
    });
    expect(result.outcome).toBe("judged");
    expect(await stateOf(id)).toEqual({
      status: "in_progress",
      pendingStatus: null,
      verdict: "true_positive",
      reason: "confirmed",
      ownerId: userIdOf(admin),
    });
  });

  it("isn't changed with a reason of another status, without a reason, on an old sight, or while a change is pending", async () => {
    const { id } = await raised();
    await acknowledgeDetections(analyst, [id]);
    services.undoWindowMs = 60_000;
    await decide(analyst, id, { expected: "active", to: "dismissed", reason: "test" });
    const refused = (to: Status, reason: Reason | null, expected: Status = "dismissed") =>
      decide(analyst, id, { expected, to, reason }).then(
        ({ outcome }) => outcome,
        () => "refused",
      );
    expect(await refused("dismissed", "expected")).toBe("refused");
    services.undoWindowMs = 0;
    await services.db.execute("update outbox set due_at = now()");
    await sendDue(services);
    expect(await refused("dismissed", "remediated")).toBe("refused");
    expect(await refused("dismissed", null)).toBe("refused");
    expect(await refused("dismissed", "expected", "active")).toBe("refused");
    expect((await stateOf(id)).reason).toBe("test");
  });
});
