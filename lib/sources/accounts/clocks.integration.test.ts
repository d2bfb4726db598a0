import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { connect, people, saveDelegated } from "#test/sign-in.ts";
import { formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, pollNow } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";

let stack: TestStack;
let ana: Context;
let ben: Context;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const setClockAhead = (ms: number) => {
  stack.services.now = () => new Date(Date.now() + ms);
};
const sees = async (ctx: Context) => (await feed(ctx)).items.length > 0;

beforeEach(async () => {
  await stack.services.db.execute("delete from poll_targets");
  await stack.control("POST", "/reset");
  await stack.control("POST", "/settings", { accessTokenLifetimeSeconds: 60 });
  ana = await stack.asMember("admin");
  ben = await stack.asMember("analyst", ana.actor.organisationId);
  await connect(ben, await saveDelegated(ana, formValues, people.ana), people.ben);
  await pollNow(stack.services);
});
afterEach(() => setClockAhead(0));

it.each([
  ["minutes", 5.5 * 60_000],
  ["a year", 365 * 86_400_000],
])(
  "a refusal counts although the accounts were last asked by a clock that was %s ahead",
  async (_what, ms) => {
    setClockAhead(ms);
    await pollNow(stack.services);
    setClockAhead(0);
    expect([await sees(ana), await sees(ben)]).toEqual([true, true]);
    for (const principal of [people.ana, people.ben])
      await stack.control("POST", "/roles", { principal, subscriptionId: production, roles: [] });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "failed" });
    expect([await sees(ana), await sees(ben)]).toEqual([false, false]);
  },
);

it("everyone is asked again although a clock was ahead when they were last asked", async () => {
  setClockAhead(365 * 86_400_000);
  await pollNow(stack.services);
  setClockAhead(0);
  await stack.control("POST", "/roles", { principal: people.ben, subscriptionId: production, roles: [] });
  expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
  expect([await sees(ana), await sees(ben)]).toEqual([true, false]);
});
