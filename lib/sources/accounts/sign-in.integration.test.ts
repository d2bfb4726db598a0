import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { answered, choose, connect, people, saveDelegated, sessionOf } from "#test/sign-in.ts";
import { all, pollNow, save, signal } from "#test/steps.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { listVendorConfigurations } from "../configurations/list.ts";
import { saveConfiguration } from "../configurations/save.ts";
import type { Context } from "#lib/core/context.ts";
import { takeAnswer } from "./answer.ts";
import { beginSignIn } from "./begin.ts";
import { finishSignIn } from "./finish.ts";
import { getOwnSignIn, getPendingDraft, listOwnAccounts } from "./list.ts";

let stack: TestStack;
let admin: Context;
let ben: Context;
let id: string;

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  ben = await stack.asMember("analyst", admin.actor.organisationId);
  id = await saveDelegated(admin, formValues, people.ana);
  await pollNow(stack.services);
});
afterAll(() => stack.stop());
beforeEach(() => stack.control("DELETE", "/faults"));
const realNow = () => new Date();
afterEach(() => {
  stack.services.now = realNow;
});

const begin = async (ctx: Context) => (await beginSignIn(ctx, id, sessionOf(ctx), "/detections")).url;
const connected = async (ctx: Context) =>
  (await listOwnAccounts(ctx)).configurations.find((configuration) => configuration.id === id)?.account ??
  null;
const inOwn = <T extends Record<string, unknown>>(statement: string) =>
  inOrganisation(stack.services.db, admin.actor.organisationId, (tx) => tx.execute<T>(statement));
const rows = async (table: string) =>
  (await inOwn<{ count: number }>(`select count(*)::int as count from ${table}`))[0]?.count;

/** Signs a person in at the emulated authority and submits the authority's answer. Returns what the page then shows. */
async function outcomeOf(ctx: Context, objectId: string) {
  const signInId = await answered(ctx, await begin(ctx), objectId);
  return getOwnSignIn(ctx, signInId);
}

describe("an Entra ID error at the callback", () => {
  // [AADSTS number, our code, whether Entra ID reports it instead of a code or when the code is redeemed]
  const cases: [number, string, "authorize" | "code"][] = [
    [65001, "consent_missing", "authorize"],
    [65004, "sign_in_cancelled", "authorize"],
    [50105, "not_assigned", "authorize"],
    [53003, "blocked_by_policy", "authorize"],
    [53000, "blocked_by_policy", "authorize"],
    [50076, "sign_in_needed", "code"],
    [50079, "sign_in_needed", "code"],
    [53001, "blocked_by_policy", "code"],
    [53002, "blocked_by_policy", "code"],
    [53003, "blocked_by_policy", "code"],
    [65001, "consent_missing", "code"],
    [54005, "sign_in_needed", "code"],
    [501481, "sign_in_needed", "code"],
    [70008, "sign_in_needed", "code"],
    [70043, "sign_in_needed", "code"],
    [700082, "sign_in_needed", "code"],
    [50057, "account_disabled", "code"],
    [50105, "not_assigned", "code"],
    [50173, "sign_in_needed", "code"],
    [7000218, "redirect_wrong", "code"],
    [9002327, "redirect_wrong", "code"],
    [700025, "public_client", "code"],
    [700016, "app_not_found", "code"],
    [7000215, "secret_wrong", "code"],
    [7000222, "secret_expired", "code"],
    [90002, "tenant_not_found", "code"],
    [700027, "certificate_invalid", "code"],
    [700024, "certificate_invalid", "code"],
    [500112, "redirect_wrong", "code"],
    [90094, "consent_missing", "authorize"],
    [7000229, "consent_missing", "code"],
    [7000112, "app_disabled", "code"],
    [500014, "api_unavailable", "code"],
    [5000224, "api_unavailable", "code"],
    [650052, "api_unavailable", "code"],
    [50072, "sign_in_needed", "code"],
    [50074, "sign_in_needed", "code"],
    [50078, "sign_in_needed", "code"],
    [50158, "sign_in_needed", "code"],
    [53010, "sign_in_needed", "code"],
    [50097, "blocked_by_policy", "code"],
    [53011, "blocked_by_policy", "code"],
    [530032, "blocked_by_policy", "code"],
    [530035, "blocked_by_policy", "code"],
    [700084, "redirect_wrong", "code"],
    [90072, "account_missing", "code"],
    [50034, "account_missing", "code"],
    [50126, "sign_in_needed", "code"],
    [90033, "server_error", "code"],
  ];
  it.each(cases)("AADSTS%i is %s (%s), and nothing is connected", async (number, code, target) => {
    const kind = number === 65004 ? "access_denied" : "aadsts";
    await stack.control("POST", "/faults", { target, kind, code: number });
    const found = await outcomeOf(ben, people.ben);
    expect(found).toMatchObject({ state: "failed", problemCode: code });
    expect(found.problem).toMatch(/^[A-Z].{15,}\.$/);
    expect(found.remedy).toMatch(/^[A-Z].{10,}/);
    expect(found.vendorCode).toBe(number === 65004 ? null : `AADSTS${number}`);
    expect(await connected(ben)).toBeNull();
    await expect(all(finishSignIn(ben, found.id, signal))).rejects.toMatchObject({ code: "not_found" });
  });

  it.each([
    ["500", "server_error"],
    ["503", "server_error"],
    ["html-200", "not_json"],
    ["reset", "network"],
  ])("of kind %s at the token endpoint becomes %s", async (kind, code) => {
    await stack.control("POST", "/faults", { target: "code", kind });
    expect(await outcomeOf(ben, people.ben)).toMatchObject({ state: "failed", problemCode: code });
    expect(await connected(ben)).toBeNull();
  });

  it("with an unknown number is a refusal that keeps the number", async () => {
    await stack.control("POST", "/faults", { target: "authorize", kind: "aadsts", code: 999999 });
    expect(await outcomeOf(ben, people.ben)).toMatchObject({
      state: "failed",
      problemCode: "sign_in_refused",
      vendorCode: "AADSTS999999",
    });
  });

  it("an account of another tenant is refused by its token's claims", async () => {
    await stack.control("POST", "/faults", { target: "code", kind: "other-tenant" });
    expect(await outcomeOf(ben, people.ben)).toMatchObject({ state: "failed", problemCode: "other_tenant" });
    expect(await connected(ben)).toBeNull();
  });

  it("a token with another nonce is refused", async () => {
    await stack.control("POST", "/faults", { target: "code", kind: "wrong-nonce" });
    expect(await outcomeOf(ben, people.ben)).toMatchObject({
      state: "failed",
      problemCode: "answer_foreign",
    });
    expect(await connected(ben)).toBeNull();
  });

  it.each([
    ["web", "redirect_wrong", /under Web/],
    ["spa", "redirect_wrong", /single-page/],
  ])(
    "a redirect URI registered under the platform %s is named as the cause",
    async (platform, code, words) => {
      const uri = "http://localhost:3000/api/azure/callback";
      const move = (to: string) =>
        stack.control("POST", "/apps/redirects", { clientId: formValues.applicationId, uri, platform: to });
      await move(platform);
      const found = await outcomeOf(ben, people.ben);
      await move("mobile");
      expect(found).toMatchObject({
        state: "failed",
        problemCode: code,
        problem: expect.stringMatching(words),
      });
    },
  );
});

describe("an answer", () => {
  it("is accepted once", async () => {
    const answer = await choose(await begin(ben), people.ben);
    expect(await takeAnswer(ben, answer, sessionOf(ben))).toMatchObject({ signInId: expect.any(String) });
    expect(await takeAnswer(ben, answer, sessionOf(ben))).toEqual({ notTaken: "used" });
    const [first, second] = await Promise.all(
      [1, 2].map(async () => takeAnswer(ben, answer, sessionOf(ben))),
    );
    expect([first, second]).toEqual([{ notTaken: "used" }, { notTaken: "used" }]);
  });

  it("is accepted once when it is loaded four times at once", async () => {
    const answer = await choose(await begin(ben), people.ben);
    const taken = await Promise.all([1, 2, 3, 4].map(() => takeAnswer(ben, answer, sessionOf(ben))));
    expect(taken.filter((result) => "signInId" in result)).toHaveLength(1);
    expect(taken.filter((result) => "notTaken" in result && result.notTaken === "used")).toHaveLength(3);
  });

  it("with a forged state belongs to no sign-in", async () => {
    const answer = await choose(await begin(ben), people.ben);
    expect(await takeAnswer(ben, { ...answer, state: "A".repeat(43) }, sessionOf(ben))).toEqual({
      notTaken: "unknown",
    });
    for (const state of ["", "x", "' or 1=1 --", "A".repeat(5_000), undefined])
      expect(await takeAnswer(ben, { ...answer, state }, sessionOf(ben))).toEqual({ notTaken: "unreadable" });
    expect(await takeAnswer(ben, { state: answer.state }, sessionOf(ben))).toEqual({
      notTaken: "unreadable",
    });
  });

  it("is refused in another person's hands, session or organisation, and stays valid for its own", async () => {
    const answer = await choose(await begin(ben), people.ben);
    expect(await takeAnswer(admin, answer, sessionOf(admin))).toEqual({ notTaken: "foreign" });
    expect(await takeAnswer(admin, answer, sessionOf(ben))).toEqual({ notTaken: "foreign" });
    expect(await takeAnswer(ben, answer, "another session of the same person")).toEqual({
      notTaken: "foreign",
    });
    const elsewhere = await stack.asMember("admin");
    expect(await takeAnswer(elsewhere, answer, sessionOf(ben))).toEqual({ notTaken: "unknown" });
    expect(await takeAnswer(ben, answer, sessionOf(ben))).toMatchObject({ signInId: expect.any(String) });
  });

  it("is too late after ten minutes", async () => {
    const answer = await choose(await begin(ben), people.ben);
    stack.services.now = () => new Date(Date.now() + 10 * 60_000 + 1_000);
    expect(await takeAnswer(ben, answer, sessionOf(ben))).toEqual({ notTaken: "late" });
  });

  it("belongs to no sign-in once its sign-in was begun again", async () => {
    const first = await choose(await begin(ben), people.ben);
    const second = await choose(await begin(ben), people.ben);
    expect(await takeAnswer(ben, first, sessionOf(ben))).toEqual({ notTaken: "unknown" });
    expect(await takeAnswer(ben, second, sessionOf(ben))).toMatchObject({ signInId: expect.any(String) });
  });

  it("can be finished once, by its own person, within ten more minutes", async () => {
    const signInId = await answered(ben, await begin(ben), people.ben);
    await expect(all(finishSignIn(admin, signInId, signal))).rejects.toMatchObject({ code: "not_found" });
    stack.services.now = () => new Date(Date.now() + 10 * 60_000 + 1_000);
    await expect(all(finishSignIn(ben, signInId, signal))).rejects.toMatchObject({ code: "not_found" });
    stack.services.now = realNow;
    expect((await all(finishSignIn(ben, signInId, signal))).at(-1)).toMatchObject({ type: "connected" });
    await expect(all(finishSignIn(ben, signInId, signal))).rejects.toMatchObject({ code: "not_found" });
  });

  it("finishes in one of two tabs, and is over in the other", async () => {
    const signInId = await answered(ben, await begin(ben), people.ben);
    const ends = await Promise.allSettled([1, 2].map(() => all(finishSignIn(ben, signInId, signal))));
    const done = ends.filter((end) => end.status === "fulfilled");
    expect(done.map(({ value }) => value.at(-1)?.type)).toEqual(["connected"]);
    const [over] = ends.filter((end) => end.status === "rejected");
    expect(over?.reason).toMatchObject({ name: "ServiceError", code: "not_found" });
    expect((await listOwnAccounts(ben)).configurations).toMatchObject([{ id, access: "granted" }]);
  });

  it("that reports an administrator's consent belongs to no sign-in", async () => {
    const back = { admin_consent: "True", tenant: "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b" };
    expect(await takeAnswer(admin, back, sessionOf(admin))).toEqual({ notTaken: "consented" });
  });

  it("can't be requested with an API token", async () => {
    const actor = {
      ...ben.actor,
      token: { id, name: "script", permissions: ["detections.read"] },
    } as Context["actor"];
    await expect(begin({ ...ben, actor })).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("a delegated configuration that isn't saved yet", () => {
  const values = {
    ...formValues,
    authType: "delegated",
    displayName: "Second",
    subscriptionIds: "22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02",
  };
  const beginDraft = async (more: object = {}) => {
    const options = { saveAsDisabled: false, signal, sessionId: sessionOf(admin) };
    const [event] = await all(saveConfiguration(admin, { ...values, ...more }, options));
    if (event?.type !== "sign_in") throw new Error(JSON.stringify(event));
    return event.url;
  };
  const names = async () => (await listVendorConfigurations(admin)).map(({ displayName }) => displayName);

  it("isn't saved unless the sign-in returns, and its page names the redirect URI to check", async () => {
    await beginDraft();
    stack.services.now = () => new Date(Date.now() + 11 * 60_000);
    expect(await getPendingDraft(admin)).toMatchObject({
      draft: { displayName: "Second" },
      waiting: { over: true, redirectUri: "http://localhost:3000/api/azure/callback" },
    });
    expect(await names()).not.toContain("Second");
  });

  it("gets no answer at a redirect URI that isn't registered", async () => {
    const url = (await beginDraft()).replace("api%2Fazure%2Fcallback", "api%2Fazure%2Fcallback%2F");
    await expect(choose(url, people.ana)).rejects.toThrow(/AADSTS50011/);
  });

  it("returns to the address registered at Microsoft, and to no other", async () => {
    const url = await beginDraft();
    expect(new URL(url).searchParams.get("redirect_uri")).toBe("http://localhost:3000/api/azure/callback");
    // the portal's other callback address isn't registered there
    const elsewhere = url.replace("api%2Fazure%2Fcallback", "api%2Fconnect%2Fcallback");
    await expect(choose(elsewhere, people.ana)).rejects.toThrow(/AADSTS50011/);
    await expect(answered(admin, url, people.ana)).resolves.toMatch(/^[0-9a-f-]{36}$/);
  });

  it("isn't saved when the account may not read, and no token stays behind", async () => {
    const before = await rows("accounts");
    const signInId = await answered(admin, await beginDraft(), people.nils);
    const last = (await all(finishSignIn(admin, signInId, signal))).at(-1);
    expect(last).toMatchObject({
      type: "failed",
      message: expect.stringMatching(/may not read/),
      maybeDelay: true,
    });
    expect(await names()).not.toContain("Second");
    expect(await rows("accounts")).toBe(before);
  });

  it("isn't saved when the page is left or the person is no longer an admin", async () => {
    const leaving = new AbortController();
    const signInId = await answered(admin, await beginDraft(), people.ana);
    for await (const event of finishSignIn(admin, signInId, leaving.signal))
      if (event.type === "verified") leaving.abort();
    expect(await names()).not.toContain("Second");
    const demoted = { ...admin, actor: { ...admin.actor, role: "analyst" } } as Context;
    await expect(all(finishSignIn(demoted, signInId, signal))).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it("has exactly one subscription", async () => {
    const both = `${values.subscriptionIds}\n${formValues.subscriptionIds}`;
    const options = { saveAsDisabled: false, signal, sessionId: sessionOf(admin) };
    expect(await all(saveConfiguration(admin, { ...values, subscriptionIds: both }, options))).toMatchObject([
      { type: "invalid", fields: { subscriptionIds: expect.stringMatching(/one Subscription ID/) } },
    ]);
  });

  it("is saved with the account that signed in, and audited", async () => {
    await saveDelegated(admin, values, people.ana);
    expect(await names()).toContain("Second");
    const { entries } = await listAudit(admin, {});
    expect(
      entries
        .slice(0, 2)
        .map(({ action }) => action)
        .toSorted(),
    ).toEqual(["configuration.created", "connection.made"]);
    expect(JSON.stringify(entries)).not.toMatch(/eyJ|refresh|verifier/);
  });
});

describe("tokens", () => {
  it("are never stored or logged in the clear, and open only in their own row", async () => {
    expect(await connect(ben, id, people.ben)).toMatchObject({ type: "connected" });
    const sealed = await inOwn<{ text: string }>(
      "select encode(tokens_sealed, 'escape') as text from accounts union all select encode(sealed, 'escape') from sign_ins",
    );
    expect(sealed.length).toBeGreaterThan(2);
    for (const { text } of sealed) expect(text).not.toMatch(/eyJ|RefreshToken|secret/);
    expect(stack.logged.join("\n")).not.toMatch(/eyJ[\w-]{10}|RefreshToken/);
    // another person's sealed tokens don't open in this person's row
    await stack.services.db.transaction(async (tx) => {
      await tx.execute(`select set_config('app.organisation_id', '${admin.actor.organisationId}', true)`);
      await tx.execute(`update accounts a set tokens_sealed = o.tokens_sealed from accounts o
        where a.sign_in_name like 'analyst%' and o.sign_in_name like 'admin%'`);
    });
    await pollNowAsBen();
    expect(await connected(ben)).toMatchObject({
      signInNeeded: true,
      problem: expect.stringMatching(/can't be opened/),
    });
  });

  /** Polls now with Ben's account, because no other account was used longer ago. */
  async function pollNowAsBen() {
    await stack.services.db.transaction(async (tx) => {
      await tx.execute(`select set_config('app.organisation_id', '${admin.actor.organisationId}', true)`);
      await tx.execute(
        `update account_access set asked_at = now() - interval '4 minutes'
          where account_id in (select id from accounts where sign_in_name like 'analyst%')`,
      );
    });
    await stack.services.db.execute(`delete from poll_targets where configuration_id <> '${id}'`);
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
  }
});

describe("a configuration that the application writes", () => {
  it("accepts no person's account", async () => {
    const other = await stack.asMember("admin");
    const plain = await save(other, formValues);
    await expect(beginSignIn(other, plain, sessionOf(other), "/")).rejects.toMatchObject({
      code: "conflict",
    });
  });
});
