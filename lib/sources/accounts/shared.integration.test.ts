import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { getAccount } from "#db/queries/sources/accounts.ts";
import type { Context } from "#lib/core/context.ts";
import { removeMember } from "#lib/identity/team/members.ts";
import { answered, connect, people, saveDelegated, sessionOf } from "#test/sign-in.ts";
import { development, formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { all, signal } from "#test/steps.ts";
import { deleteConfiguration } from "../configurations/delete.ts";
import { editConfiguration } from "../configurations/change.ts";
import { save } from "#test/steps.ts";
import { beginSignIn } from "./begin.ts";
import { finishSignIn } from "./finish.ts";
import { disconnect, listOwnAccounts } from "./list.ts";
import { recordAnswer } from "./outcome.ts";
import { signInNeeded } from "./tokens.ts";

let stack: TestStack;
let admin: Context;
let one: string;
let two: string;

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  one = await saveDelegated(admin, formValues, people.ana);
  two = await saveDelegated(
    admin,
    { ...formValues, displayName: "Two", subscriptionIds: development },
    people.ana,
  );
});
afterAll(() => stack.stop());

type Row = { id: string; sign_in_name: string; revision: number; configurations: string[] };
/** Every account with the configurations that it serves. */
const stored = () =>
  inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute<Row>(`select a.id, a.sign_in_name, a.revision, array_agg(c.configuration_id::text) as configurations
      from accounts a left join account_access c on c.account_id = a.id group by 1, 2, 3 order by a.sign_in_name`),
  );
const served = async () =>
  (await stored()).map((row) => [row.sign_in_name.split("@")[0], row.configurations.toSorted()]);
const both = () => [one, two].toSorted();
const state = async (id: string) =>
  (await listOwnAccounts(admin)).configurations.find((each) => each.id === id);
const keyOf = async (id: string) => {
  const userId = admin.actor.kind === "user" ? admin.actor.userId : "";
  const found = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    getAccount(tx, admin.actor.organisationId, id, userId),
  );
  if (!found) throw new Error("not connected");
  return found;
};

describe("an account that serves several configurations", () => {
  it("is one, renewed with each sign-in for all that it serves", async () => {
    expect(await served()).toEqual([["admin", both()]]);
    const [before] = await stored();
    await recordAnswer(stack.services, await keyOf(two), signInNeeded("The sign-in has expired."));
    expect((await state(two))?.account).toMatchObject({ signInNeeded: true });
    expect(await connect(admin, one, people.ana)).toMatchObject({ type: "connected" });
    const [after] = await stored();
    expect(after).toMatchObject({ id: before?.id, revision: (before?.revision ?? 0) + 1 });
    expect((await state(two))?.account).toMatchObject({ signInNeeded: false, problem: null });
  });

  it("isn't touched by an answer to an earlier sign-in, for whatever it serves", async () => {
    const earlier = [await keyOf(one), await keyOf(two)];
    await connect(admin, one, people.ana);
    for (const key of earlier) {
      await recordAnswer(stack.services, key, signInNeeded("The sign-in has expired."));
      await recordAnswer(stack.services, key, { ...signInNeeded("Refused."), refuses: true });
    }
    for (const id of [one, two])
      expect((await state(id))?.account).toMatchObject({ refused: false, signInNeeded: false });
  });

  it("is renewed whole when two sign-ins end at one moment", async () => {
    const begun = [one, two].map(async (id) => {
      const { url } = await beginSignIn(admin, id, sessionOf(admin), "/");
      return answered(admin, url, people.ana);
    });
    const ids = await Promise.all(begun);
    const ends = await Promise.all(ids.map((id) => all(finishSignIn(admin, id, signal))));
    expect(ends.map((events) => events.at(-1)?.type)).toEqual(["connected", "connected"]);
    expect(await served()).toEqual([["admin", both()]]);
  });

  it("is kept apart from another account of the same person", async () => {
    expect(await connect(admin, two, people.otto)).toMatchObject({ type: "failed" });
    expect(await connect(admin, two, people.ben)).toMatchObject({ type: "connected" });
    expect(await served()).toEqual([
      ["admin", [one]],
      ["analyst", [two]],
    ]);
    await connect(admin, two, people.ana);
    expect(await served()).toEqual([["admin", both()]]);
  });

  it("goes with the last that it serves: disconnected, read by the application, deleted, or its person gone", async () => {
    await disconnect(admin, one);
    expect(await served()).toEqual([["admin", [two]]]);
    await disconnect(admin, two);
    expect(await served()).toEqual([]);
    const third = await save(admin, {
      ...formValues,
      displayName: "Three",
      writeAs: "person",
      subscriptionIds: "33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03",
    });
    for (const id of [one, two, third]) await connect(admin, id, people.ana);
    const edit = {
      displayName: "Three",
      pollIntervalSeconds: 60,
      secretExpiresOn: "",
      writeAs: "application",
    };
    await editConfiguration(admin, third, edit);
    expect(await served()).toEqual([["admin", both()]]);
    await deleteConfiguration(admin, two, "delete");
    expect(await served()).toEqual([["admin", [one]]]);
    const other = await stack.asMember("admin", admin.actor.organisationId);
    await removeMember(other, { userId: admin.actor.kind === "user" ? admin.actor.userId : "" });
    expect(await served()).toEqual([]);
  });
});
