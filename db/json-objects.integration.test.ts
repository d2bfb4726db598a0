import { afterAll, beforeAll, expect, it } from "vitest";
import { beginSignIn } from "#lib/sources/accounts/begin.ts";
import { people, saveDelegated, sessionOf } from "#test/sign-in.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  const admin = await stack.asMember("admin");
  const id = await saveDelegated(admin, formValues, people.ana);
  await beginSignIn(admin, id, sessionOf(admin), "/");
});
afterAll(() => stack.stop());

it.each([
  ["configurations", "facts"],
  ["account_access", "facts"],
  ["credentials", "application"],
  ["sign_ins", "application"],
])("%s.%s holds an object, whatever else jsonb can be", async (table, column) => {
  for (const value of ["null", "[]", '"x"', "5"])
    await expect(stack.asOwner(`update ${table} set ${column} = '${value}'`)).rejects.toThrow(
      `${table}_${column}`,
    );
});
