import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, poll, save } from "#test/steps.ts";
import type { Context } from "../context.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { changeRole, listTeam, removeMember } from "#lib/identity/team/members.ts";
import { exportAudit } from "./export.ts";
import { listAudit } from "./list.ts";

let stack: TestStack;
let admin: Context;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  const analyst = await stack.asMember("analyst", admin.actor.organisationId);
  await save(admin, formValues);
  await poll(stack.services);
  const ids = (await feed(analyst)).items.map((item) => item.id);
  await acknowledgeDetections(analyst, ids);
});
afterAll(() => stack.stop());

describe("the audit log", () => {
  it("lists each actor once, and filters by actor, action and time", async () => {
    expect((await listAudit(admin, {})).actors).toEqual(["PocketSOC", "Some admin", "Some analyst"]);
    const foundBy = async (query: object) => [
      ...new Set((await listAudit(admin, query)).entries.map(({ actor, action }) => `${actor}: ${action}`)),
    ];
    expect(await foundBy({ actor: "Some analyst" })).toEqual(["Some analyst: detection.acknowledged"]);
    expect(await foundBy({ action: "configuration.created" })).toEqual(["Some admin: configuration.created"]);
    expect(await foundBy({ actor: "Some admin", action: "detection.acknowledged" })).toEqual([]);
    expect(await foundBy({ to: "2020-01-01" })).toEqual([]);
    expect(await foundBy({ from: "0000-01-01", to: "9999-12-31" })).toHaveLength(3);
  });

  it("names the member a change of the team was about", async () => {
    const userId = (await listTeam(admin)).members.find(({ role }) => role === "analyst")?.userId;
    await changeRole(admin, { userId, role: "viewer" });
    await removeMember(admin, { userId });
    const { entries } = await listAudit(admin, {});
    const detail = { name: "Some analyst", signInName: "analyst@contoso.example" };
    expect(entries.slice(0, 2).map((entry) => entry.detail)).toEqual([
      detail,
      { ...detail, from: "analyst", to: "viewer" },
    ]);
  });

  it("continues each page where the last one ended, and exports everything as a file", async () => {
    const file = (await exportAudit(admin, {})).split("\r\n");
    const first = await listAudit(admin, {});
    const rest = first.before ? (await listAudit(admin, { before: first.before })).entries : [];
    const ids = new Set([...first.entries, ...rest].map(({ id }) => id));
    // the file has a line of headings and lacks the entry of its own export, so the counts match
    expect(ids.size).toBe(file.length);
  });

  it("exports no cell that a spreadsheet would run as a formula", async () => {
    await exportAudit({ ...admin, actor: { ...admin.actor, name: "＝cmd|' /C calc'!A0" } }, {});
    expect(await exportAudit(admin, {})).toContain(`,"'＝cmd|' /C calc'!A0","audit.exported",`);
  });
});
