import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { answered, people, sessionOf } from "#test/sign-in.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { save, signal } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import { editConfiguration } from "../configurations/change.ts";
import { beginSignIn } from "./begin.ts";
import { finishSignIn } from "./finish.ts";

let stack: TestStack;
let admin: Context;
let id: string;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  id = await save(admin, { ...formValues, writeAs: "person" });
});
afterAll(() => stack.stop());
beforeEach(() => writeAs("person"));

/** An admin changes who writes, and nothing else. */
const writeAs = (chosen: "application" | "person") =>
  editConfiguration(admin, id, {
    displayName: "Azure",
    pollIntervalSeconds: 60,
    secretExpiresOn: "",
    writeAs: chosen,
  });
const countOf = async (table: string) => {
  const [row] = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute<{ count: number }>(`select count(*)::int as count from ${table}`),
  );
  return row?.count;
};
const begun = async () => {
  const { url } = await beginSignIn(admin, id, sessionOf(admin), "/");
  return answered(admin, url, people.ana);
};
/** Finishes a sign-in, and calls `at` before the event of this type is read. */
async function finish(signInId: string, type: string, at: () => Promise<void>) {
  for await (const event of finishSignIn(admin, signInId, signal)) if (event.type === type) await at();
}

it("a sign-in isn't stored if the application began to write while the authority was asked", async () => {
  const before = stack.services.vendors;
  const vendor = before.get(formValues.vendor);
  const { signIn } = vendor.can;
  if (!signIn) throw new Error("no sign-in");
  const racing: Vendor = {
    ...vendor,
    can: {
      ...vendor.can,
      signIn: {
        ...signIn,
        begin: async (...of) => {
          await writeAs("application");
          return signIn.begin(...of);
        },
      },
    },
  };
  stack.services.vendors = { all: [racing], get: () => racing };
  await expect(beginSignIn(admin, id, sessionOf(admin), "/")).rejects.toMatchObject({ code: "conflict" });
  stack.services.vendors = before;
  expect(await countOf("sign_ins")).toBe(0);
});

it("a sign-in that is still there when the application writes connects nothing", async () => {
  const first = await begun();
  await stack.asOwner("update configurations set write_as = 'application'");
  await expect(finish(first, "none", async () => {})).rejects.toMatchObject({ code: "conflict" });
  await writeAs("person");
  const second = await begun();
  const change = () => stack.asOwner("update configurations set write_as = 'application'");
  await expect(finish(second, "verified", change)).rejects.toMatchObject({ code: "conflict" });
  expect(await countOf("accounts")).toBe(0);
});

it("no account stays behind, whichever comes first", async () => {
  for (let round = 0; round < 10; round++) {
    await writeAs("person");
    const signInId = await begun();
    let change = Promise.resolve();
    const finished = finish(signInId, "verified", async () => {
      change = writeAs("application");
    });
    const outcome = await finished.then(
      () => "connected",
      (error: unknown) => (error instanceof ServiceError ? error.code : error),
    );
    expect(["connected", "conflict", "not_found"]).toContain(outcome);
    await change;
    expect([await countOf("accounts"), await countOf("account_access")]).toEqual([0, 0]);
  }
});
