import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import type { Context } from "#lib/core/context.ts";
import type { Json } from "#lib/domain/detection.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import { offerVendors } from "#lib/vendors/offer.ts";
import { people, saveDelegated } from "#test/sign-in.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { pollNow, save } from "#test/steps.ts";

let stack: TestStack;
let admin: Context;
let vendors: TestStack["services"]["vendors"];
beforeAll(async () => {
  stack = await startTestStack();
  ({ vendors } = stack.services);
});
afterAll(() => stack.stop());
beforeEach(async () => {
  await stack.services.db.execute("delete from poll_targets");
  await stack.control("POST", "/reset");
  admin = await stack.asMember("admin");
});
afterEach(() => {
  stack.services.vendors = vendors;
});

/** Makes each poll read one empty page with this cursor. Returns the list of cursors that the polls began at. */
function answerWith(cursor: Json): (Json | null)[] {
  const begun: (Json | null)[] = [];
  const [vendor] = vendors.all;
  if (!vendor) throw new Error("no vendor");
  const paging: Vendor = {
    ...vendor,
    // oxlint-disable-next-line require-await
    read: async function* (_source, from) {
      begun.push(from);
      yield { alerts: [], cursor, whole: false };
    },
  };
  stack.services.vendors = offerVendors([{ ...paging, settings: undefined } as Vendor], {}).vendors;
  return begun;
}

const stored = () =>
  inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute("select poll_cursor, problem_code from configurations"),
  );

describe("a poll's cursor", () => {
  it.each([
    ["with a NUL", "a\0b"],
    ["with a lone surrogate in a key", { "\ud800": 1 }],
    ["of 20 MB", "x".repeat(20_000_000)],
    ["too deep", JSON.parse("[".repeat(200) + "]".repeat(200)) as Json],
  ])("%s is a problem with words and leaves the last one standing", async (_name, hostile) => {
    await save(admin, formValues);
    answerWith({ after: 1 });
    expect((await pollNow(stack.services)).outcome).toBe("read");
    answerWith(hostile);
    expect((await pollNow(stack.services)).outcome).toBe("failed");
    expect(await stored()).toMatchObject([{ poll_cursor: { after: 1 }, problem_code: "cursor_unusable" }]);
    const begun = answerWith({ after: 2 });
    expect((await pollNow(stack.services)).outcome).toBe("read");
    expect(begun).toEqual([{ after: 1 }]);
    expect(await stored()).toMatchObject([{ poll_cursor: { after: 2 }, problem_code: null }]);
  });

  it("isn't kept if people's own accounts read, because the next one may see other alerts", async () => {
    await saveDelegated(admin, formValues, people.ana);
    const begun = answerWith({ after: 1 });
    expect((await pollNow(stack.services)).outcome).toBe("read");
    await stack.asOwner(`update configurations set poll_cursor = '{"after": 9}'`);
    expect((await pollNow(stack.services)).outcome).toBe("read");
    expect(begun).toEqual([null, null]);
  });
});
