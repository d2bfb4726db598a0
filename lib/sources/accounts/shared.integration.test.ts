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
let firstId: string;
let secondId: string;

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  firstId = await saveDelegated(admin, formValues, people.ana);
  secondId = await saveDelegated(
    admin,
    { ...formValues, displayName: "Two", subscriptionIds: development },
    people.ana,
  );
});
afterAll(() => stack.stop());

type Row = { id: string; sign_in_name: string; revision: number; configurations: string[] };
/** Returns every stored account, each with the configurations that use it. */
const stored = () =>
  inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute<Row>(`select a.id, a.sign_in_name, a.revision, array_agg(c.configuration_id::text) as configurations
      from accounts a left join account_access c on c.account_id = a.id group by 1, 2, 3 order by a.sign_in_name`),
  );
const uses = async () =>
  (await stored()).map((row) => [row.sign_in_name.split("@")[0], row.configurations.toSorted()]);
const both = () => [firstId, secondId].toSorted();
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

describe("an account that several configurations use", () => {
  it("is one row, which each sign-in renews for all of them", async () => {
    expect(await uses()).toEqual([["admin", both()]]);
    const [before] = await stored();
    await recordAnswer(stack.services, await keyOf(secondId), signInNeeded("The sign-in has expired."));
    expect((await state(secondId))?.account).toMatchObject({ signInNeeded: true });
    expect(await connect(admin, firstId, people.ana)).toMatchObject({ type: "connected" });
    const [after] = await stored();
    expect(after).toMatchObject({ id: before?.id, revision: (before?.revision ?? 0) + 1 });
    expect((await state(secondId))?.account).toMatchObject({ signInNeeded: false, problem: null });
  });

  it("isn't changed by answers to an earlier sign-in, in any of its configurations", async () => {
    const earlier = [await keyOf(firstId), await keyOf(secondId)];
    await connect(admin, firstId, people.ana);
    for (const key of earlier) {
      await recordAnswer(stack.services, key, signInNeeded("The sign-in has expired."));
      await recordAnswer(stack.services, key, { ...signInNeeded("Refused."), refuses: true });
    }
    for (const id of [firstId, secondId])
      expect((await state(id))?.account).toMatchObject({ refused: false, signInNeeded: false });
  });

  it("is consistent after two concurrent sign-ins", async () => {
    const begun = [firstId, secondId].map(async (id) => {
      const { url } = await beginSignIn(admin, id, sessionOf(admin), "/");
      return answered(admin, url, people.ana);
    });
    const ids = await Promise.all(begun);
    const ends = await Promise.all(ids.map((id) => all(finishSignIn(admin, id, signal))));
    expect(ends.map((events) => events.at(-1)?.type)).toEqual(["connected", "connected"]);
    expect(await uses()).toEqual([["admin", both()]]);
  });

  it("is separate from another account of the same person", async () => {
    expect(await connect(admin, secondId, people.otto)).toMatchObject({ type: "failed" });
    expect(await connect(admin, secondId, people.ben)).toMatchObject({ type: "connected" });
    expect(await uses()).toEqual([
      ["admin", [firstId]],
      ["analyst", [secondId]],
    ]);
    await connect(admin, secondId, people.ana);
    expect(await uses()).toEqual([["admin", both()]]);
  });

  it("is deleted with its last use: disconnecting, another writer, a deleted configuration, a removed member", async () => {
    await disconnect(admin, firstId);
    expect(await uses()).toEqual([["admin", [secondId]]]);
    await disconnect(admin, secondId);
    expect(await uses()).toEqual([]);
    const third = await save(admin, {
      ...formValues,
      displayName: "Three",
      writeAs: "person",
      subscriptionIds: "33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03",
    });
    for (const id of [firstId, secondId, third]) await connect(admin, id, people.ana);
    const edit = {
      displayName: "Three",
      pollIntervalSeconds: 60,
      secretExpiresOn: "",
      writeAs: "application",
    };
    await editConfiguration(admin, third, edit);
    expect(await uses()).toEqual([["admin", both()]]);
    await deleteConfiguration(admin, secondId, "delete");
    expect(await uses()).toEqual([["admin", [firstId]]]);
    const other = await stack.asMember("admin", admin.actor.organisationId);
    await removeMember(other, { userId: admin.actor.kind === "user" ? admin.actor.userId : "" });
    expect(await uses()).toEqual([]);
  });
});
