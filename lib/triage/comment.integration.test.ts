import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "#lib/core/context.ts";
import { startEscalations, userIdOf } from "#test/escalations.ts";
import { acknowledgeDetections } from "./acknowledge.ts";
import { commentOnDetection } from "./comment.ts";
import { getDetection } from "./get.ts";
import { listDetections } from "./list.ts";
import { setReference } from "./reference.ts";
import { undoStatusChanges } from "./undo-status.ts";
import { FeedQuery } from "#lib/schemas/detections.ts";

const run = await startEscalations();
const { stack, admin, raised } = run;
const { services } = stack;
let ana: Context;
let ben: Context;
beforeEach(async () => {
  ana = await run.begin();
  ben = await stack.asMember("analyst", admin.actor.organisationId);
  services.undoWindowMs = 8_000;
});
afterAll(run.stop);

const entries = async (id: string) =>
  (await getDetection(ben, id)).timeline.map(({ text, by, note }) => ({ text, by, note }));
const refusal = (code: string) => ({ code });

describe("a comment", () => {
  it("stands in the timeline with its author, and changes neither status nor owner", async () => {
    const { id } = await raised();
    const before = await getDetection(ana, id);
    await commentOnDetection(ana, { id, text: "  the vault's own backup\nsee INC1  " });
    const after = await getDetection(ben, id);
    expect((await entries(id))[0]).toEqual({
      text: "Commented",
      by: ana.actor.name,
      note: "the vault's own backup\nsee INC1",
    });
    expect(after).toMatchObject({ status: before.status, box: before.box, ownerId: null, commentCount: 1 });
    expect(after.lastChange).toBeGreaterThan(before.lastChange);
    // it is no reason of a decision, which the next decision would be offered
    const { id: next } = await raised();
    expect((await getDetection(ana, next)).lastNote).toBeNull();
  });

  it("can be taken back by its author only, and its text is gone then", async () => {
    const { id } = await raised();
    const { changeId, undoMs } = await commentOnDetection(ana, { id, text: "on the wrong alert" });
    expect(undoMs).toBe(8_000);
    expect(await undoStatusChanges(ben, [changeId])).toEqual([{ changeId, undone: false }]);
    expect(await undoStatusChanges(ana, [changeId])).toEqual([{ changeId, undone: true }]);
    expect(await undoStatusChanges(ana, [changeId])).toEqual([{ changeId, undone: false }]);
    expect(JSON.stringify(await getDetection(ben, id))).not.toContain("on the wrong alert");
    expect((await entries(id)).slice(0, 2).map(({ text }) => text)).toEqual([
      "Undid “Comment”",
      "Commented, and took it back",
    ]);
    expect(await getDetection(ben, id)).toMatchObject({ commentCount: 0 });
  });

  it("can't be taken back once the time for it is over, also if somebody has decided since", async () => {
    const { id } = await raised();
    const { changeId } = await commentOnDetection(ana, { id, text: "first" });
    await acknowledgeDetections(ben, [id]);
    run.later(1);
    expect(await undoStatusChanges(ana, [changeId])).toEqual([{ changeId, undone: false }]);
    expect(await getDetection(ben, id)).toMatchObject({ ownerId: userIdOf(ben), commentCount: 1 });
  });

  it("is refused to viewers, to strangers, empty, and too long", async () => {
    const { id } = await raised();
    const viewer = await stack.asMember("viewer", admin.actor.organisationId);
    const stranger = await stack.asMember("analyst");
    await expect(commentOnDetection(viewer, { id, text: "x" })).rejects.toMatchObject(refusal("forbidden"));
    await expect(commentOnDetection(stranger, { id, text: "x" })).rejects.toMatchObject(refusal("not_found"));
    for (const text of ["", " \n ", "x".repeat(2_001), 5])
      await expect(commentOnDetection(ana, { id, text })).rejects.toMatchObject(refusal("invalid"));
    expect(await getDetection(ben, id)).toMatchObject({ commentCount: 0 });
  });
});

describe("a reference", () => {
  const found = async (ctx: Context, q: string) =>
    (await listDetections(ctx, FeedQuery.parse({ view: "all", range: "all", q }), null)).items.map(
      ({ id }) => id,
    );

  it("is set, found by ref:, changed and removed", async () => {
    const { id } = await raised();
    expect(await setReference(ana, { id, reference: " INC0012345 " })).toEqual({ reference: "INC0012345" });
    expect(await found(ben, "ref:inc0012")).toEqual([id]);
    expect(await found(ben, "ref: INC00123456")).toEqual([]);
    // a search for a text doesn't look into references, nor does a pattern
    expect(await found(ben, "ref:%")).toEqual([]);
    expect(await found(await stack.asMember("analyst"), "ref:INC")).toEqual([]);
    await setReference(ben, { id, reference: "https://tickets.example/1" });
    expect((await entries(id))[0]?.text).toBe("Set the reference https://tickets.example/1");
    expect(await setReference(ben, { id, reference: "" })).toEqual({ reference: null });
    expect((await entries(id))[0]?.text).toBe("Removed the reference");
    await expect(setReference(ana, { id, reference: "javascript:x" })).rejects.toMatchObject(
      refusal("invalid"),
    );
    await expect(
      setReference(await stack.asMember("analyst"), { id, reference: "A1" }),
    ).rejects.toMatchObject(refusal("not_found"));
  });
});
