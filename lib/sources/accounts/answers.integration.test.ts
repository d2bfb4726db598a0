import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getAccount } from "#db/queries/sources/accounts.ts";
import { inOrganisation } from "#db/client.ts";
import { connect, people, saveDelegated } from "#test/sign-in.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, pollNow, sendDue } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { getVendorConfiguration } from "../configurations/get.ts";

let stack: TestStack;
let admin: Context;
let ben: Context;
let id: string;

beforeAll(async () => {
  stack = await startTestStack();
});
beforeEach(async () => {
  await stack.services.db.execute("delete from poll_targets");
  await stack.services.db.execute("delete from outbox");
  await stack.control("POST", "/reset");
  admin = await stack.asMember("admin");
  ben = await stack.asMember("analyst", admin.actor.organisationId);
  id = await saveDelegated(admin, formValues, people.ana);
  if ((await connect(ben, id, people.ben))?.type !== "connected") throw new Error("not connected");
  await pollNow(stack.services);
});
afterAll(() => stack.stop());

const fail = (target: string, fault: object) =>
  stack.control("POST", "/faults", { target, times: 1, ...fault });
const sees = async (ctx: Context) => (await feed(ctx)).items.length > 0;
const accountOf = async (ctx: Context) => {
  const userId = ctx.actor.kind === "user" ? ctx.actor.userId : "";
  const found = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    getAccount(tx, admin.actor.organisationId, id, userId),
  );
  if (!found) throw new Error("no account");
  return found;
};
const listCalls = async () =>
  ((await stack.control("GET", "/requests")) as { path: string }[]).filter(({ path }) =>
    /\/alerts\?/.test(path),
  ).length;
/** Requests In Progress for Ben's first active alert and sends the change. Returns the detection after that. */
async function change() {
  const [item] = (await feed(ben, { status: "active" })).items;
  const [asked] = await setDetectionStatus(ben, {
    items: [{ id: item?.id, expected: "active" }],
    to: "in_progress",
    note: "Looked at it.",
  });
  expect(asked).toMatchObject({ outcome: "held" });
  await stack.services.db.execute("update outbox set due_at = now() - interval '1 second'");
  await sendDue(stack.services);
  return getDetection(ben, item?.id);
}

describe("an answer to a poll that isn't about rights", () => {
  it.each([
    ["InvalidResourceType", { kind: "arm", error: "InvalidResourceType" }, "version_not_offered"],
    ["NoRegisteredProviderFound", { kind: "arm", error: "NoRegisteredProviderFound" }, "version_not_offered"],
    [
      "MissingSubscriptionRegistration",
      { kind: "arm", error: "MissingSubscriptionRegistration" },
      "not_registered",
    ],
    ["DisallowedProvider", { kind: "arm", error: "DisallowedProvider" }, "provider_not_allowed"],
    ["DisabledSubscription", { kind: "arm", error: "DisabledSubscription" }, "subscription_disabled"],
    ["HTTP 403", { kind: "html", status: 403 }, "not_json"],
    ["HTTP 404", { kind: "empty", status: 404 }, "not_json"],
    ["HTTP 407", { kind: "html", status: 407 }, "not_json"],
  ])("hides nothing, and the next poll asks again: %s", async (shown, fault, code) => {
    await fail("list", fault);
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "failed" });
    expect((await getVendorConfiguration(admin, id)).health).toMatchObject({
      code,
      reason: expect.stringContaining(shown),
    });
    expect([await sees(admin), await sees(ben)]).toEqual([true, true]);
    expect([(await accountOf(admin)).access, (await accountOf(ben)).access]).toEqual(["granted", "granted"]);
    await stack.control("DELETE", "/requests");
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect(await listCalls()).toBeGreaterThan(0);
    expect((await feed(ben)).connections).toEqual([]);
  });

  it("is told apart from a refusal, which hides at once", async () => {
    await fail("list", { kind: "arm", error: "AuthorizationFailed", times: 10 });
    await pollNow(stack.services);
    expect([await sees(admin), await sees(ben)]).toEqual([false, false]);
  });
});

describe("a new sign-in of a connected account", () => {
  it("that can't be checked now leaves the account as it is", async () => {
    const before = await accountOf(ben);
    await fail("list", { kind: "arm", error: "InvalidResourceType", times: 10 });
    expect(await connect(ben, id, people.ben)).toMatchObject({ type: "failed" });
    expect(await accountOf(ben)).toEqual(before);
    expect(await sees(ben)).toBe(true);
  });

  it("that Azure refuses hides the configuration at once", async () => {
    await fail("list", { kind: "arm", error: "AuthorizationFailed", times: 10 });
    expect(await connect(ben, id, people.ben)).toMatchObject({ type: "failed" });
    expect((await accountOf(ben)).access).toBe("refused");
    expect(await sees(ben)).toBe(false);
  });
});

describe("a refused change that isn't about rights", () => {
  it.each([
    ["RequestDisallowedByPolicy", 403, /second factor.*Sign in again/],
    ["ScopeLocked", 409, /lock on the subscription or the resource group/],
    ["ReadOnlyDisabledSubscription", 409, /can only be read/],
    ["ReadOnlyDisabledSubscription", 403, /can only be read/],
  ])("records no rights and blocks no later change: %s (%i)", async (error, status, sentence) => {
    const before = (await accountOf(ben)).facts;
    await fail("status", { kind: "arm", error, status });
    const failed = await change();
    expect(failed).toMatchObject({
      status: "active",
      syncState: "failed",
      stateSentence: expect.stringMatching(sentence),
      writeBlock: null,
    });
    expect(failed.stateSentence).toContain(`Error code: ${error}.`);
    expect(failed.stateSentence).not.toMatch(/Security Admin|Security Reader/);
    expect(await accountOf(ben)).toMatchObject({
      access: "granted",
      signInNeeded: false,
      unconfirmedSince: null,
      facts: before,
    });
    expect(await change()).toMatchObject({ status: "in_progress", syncState: "confirmed" });
  });

  it("is told apart from a missing role, which is recorded", async () => {
    await fail("status", { kind: "arm", error: "AuthorizationFailed" });
    expect(await change()).toMatchObject({ stateSentence: expect.stringContaining("Security Admin") });
    expect((await accountOf(ben)).facts).toMatchObject({ rights: { status: "no" } });
  });

  it("needs a new sign-in after a claims challenge, and then goes through", async () => {
    const before = (await accountOf(ben)).facts;
    const claims = { access_token: { acrs: { essential: true, value: "c1" } } };
    const [item] = (await feed(ben, { status: "active" })).items;
    await setDetectionStatus(ben, {
      items: [{ id: item?.id, expected: "active" }],
      to: "in_progress",
      note: "Looked at it.",
    });
    await stack.control("POST", "/challenges", { objectId: people.ben, claims, interactive: true });
    await stack.services.db.execute("update outbox set due_at = now() - interval '1 second'");
    await sendDue(stack.services);
    expect(await accountOf(ben)).toMatchObject({ access: "granted", signInNeeded: true, facts: before });
    expect(await sees(ben)).toBe(true);
    expect(await connect(ben, id, people.ben)).toMatchObject({ type: "connected" });
    expect(await change()).toMatchObject({ status: "in_progress", syncState: "confirmed" });
  });
});
