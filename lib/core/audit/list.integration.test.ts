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
  it("names everyone once, and filters by who, what and when", async () => {
    expect((await listAudit(admin, {})).actors).toEqual(["PocketSOC", "Some admin", "Some analyst"]);
    const by = async (query: object) => [
      ...new Set((await listAudit(admin, query)).entries.map((one) => `${one.actor}: ${one.action}`)),
    ];
    expect(await by({ actor: "Some analyst" })).toEqual(["Some analyst: detection.acknowledged"]);
    expect(await by({ action: "configuration.created" })).toEqual(["Some admin: configuration.created"]);
    expect(await by({ actor: "Some admin", action: "detection.acknowledged" })).toEqual([]);
    expect(await by({ to: "2020-01-01" })).toEqual([]);
    expect(await by({ from: "0000-01-01", to: "9999-12-31" })).toHaveLength(3);
  });

  it("names whom a change of the team was about", async () => {
    const userId = (await listTeam(admin)).members.find((one) => one.role === "analyst")?.userId;
    await changeRole(admin, { userId, role: "viewer" });
    await removeMember(admin, { userId });
    const { entries } = await listAudit(admin, {});
    const said = { name: "Some analyst", signInName: "analyst@contoso.example" };
    expect(entries.slice(0, 2).map((one) => one.detail)).toEqual([
      said,
      { ...said, from: "analyst", to: "viewer" },
    ]);
  });

  it("gives the next page where the last one ended, and all of it as a file", async () => {
    const file = (await exportAudit(admin, {})).split("\r\n");
    const first = await listAudit(admin, {});
    const rest = first.before ? (await listAudit(admin, { before: first.before })).entries : [];
    const ids = new Set([...first.entries, ...rest].map((one) => one.id));
    // the file has a line of headings, and was written before its own entry
    expect(ids.size).toBe(file.length);
  });
});
