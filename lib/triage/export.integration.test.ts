import { afterAll, beforeEach, expect, it } from "vitest";
import type { Context } from "#lib/core/context.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { removeMember } from "#lib/identity/team/members.ts";
import { FeedQuery } from "#lib/schemas/detections.ts";
import { startEscalations, userIdOf } from "#test/escalations.ts";
import { fill } from "#test/fill.ts";
import { sendDue } from "#test/steps.ts";
import { acknowledgeDetections } from "./acknowledge.ts";
import { commentOnDetection } from "./comment.ts";
import { exportDetections } from "./export.ts";
import { setReference } from "./reference.ts";

const run = await startEscalations();
const { stack, admin, raised, ask } = run;
let ana: Context;
beforeEach(async () => {
  ana = await run.begin();
});
afterAll(run.stop);

const all = FeedQuery.parse({ view: "all", range: "all" });
async function textOf(ctx: Context, format: "csv" | "ndjson", query = all): Promise<string> {
  let text = "";
  for await (const part of exportDetections(ctx, query, format)) text += part;
  return text;
}
const objectsOf = async (ctx: Context, query = all) =>
  (await textOf(ctx, "ndjson", query))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { [key: string]: unknown });

/** Returns the admin of another organisation, which has 1,100 detections. */
async function filled(): Promise<Context> {
  const lena = await stack.asMember("admin");
  await fill(stack.database.superUrl, lena.actor.organisationId, userIdOf(lena), 1_100);
  return lena;
}

it("holds what was decided about each detection, in UTC, and is recorded", async () => {
  const { id } = await raised();
  await acknowledgeDetections(ana, [id]);
  await setReference(ana, { id, reference: "INC7" });
  await commentOnDetection(ana, { id, text: "a comment isn't a note" });
  await ask(ana, id, "dismissed");
  await sendDue(stack.services);
  const [row] = (await objectsOf(ana)).filter((each) => each.id === id);
  expect(row).toMatchObject({
    vendor: "defender-for-cloud",
    status: "dismissed",
    box: "closed",
    acknowledgedBy: ana.actor.name,
    owner: ana.actor.name,
    how: "sheet",
    reference: "INC7",
    isSample: false,
    reopened: 0,
  });
  for (const at of ["raisedAt", "receivedAt", "acknowledgedAt", "closedAt", "confirmedAt"])
    expect([at, row?.[at]]).toEqual([at, expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)]);
  expect(String(row?.resourceId)).toMatch(/^\/subscriptions\//i);
  const { entries } = await listAudit(admin, {});
  expect(entries[0]).toMatchObject({ action: "detections.exported", actor: ana.actor.name });
});

it("holds a part of 500 after another, each detection once, and as CSV no formula", async () => {
  const lena = await filled();
  await stack.asOwner(
    "update detections set title = '=HYPERLINK(1)' where title like 'Bench%' or is_incident",
  );
  const ids = (await objectsOf(lena)).map((row) => row.id);
  expect([new Set(ids).size, ids.length]).toEqual([1_100, 1_100]);
  const csv = await textOf(lena, "csv");
  expect(csv.split("\r\n")).toHaveLength(1_102);
  expect(csv).toContain(`"'=HYPERLINK(1)"`);
  expect(csv).not.toMatch(/(^|,)"=/m);
});

it("is refused to viewers and to strangers' data, and ends when the person is removed", async () => {
  const { id } = await raised();
  const viewer = await stack.asMember("viewer", admin.actor.organisationId);
  await expect(textOf(viewer, "csv")).rejects.toMatchObject({ code: "forbidden" });
  expect(await objectsOf(await stack.asMember("analyst"))).toEqual([]);
  expect(id).not.toBe("");
  const lena = await filled();
  const ben = await stack.asMember("analyst", lena.actor.organisationId);
  const parts = exportDetections(ben, all, "ndjson");
  expect((await parts.next()).done).toBe(false);
  await removeMember(lena, { userId: userIdOf(ben) });
  await expect(parts.next()).rejects.toMatchObject({ code: "forbidden" });
});
