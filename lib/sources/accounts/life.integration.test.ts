import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { startRefreshProcess } from "#test/worker-process.ts";
import { answered, connect, people, saveDelegated, sessionOf } from "#test/sign-in.ts";
import { all, feed, pollNow, save, sendDue, signal } from "#test/steps.ts";
import { getVendorConfiguration } from "../configurations/get.ts";
import { listVendorAlerts } from "../configurations/vendor-alerts.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { getAccount } from "#db/queries/sources/accounts.ts";
import { removeMember } from "#lib/identity/team/members.ts";
import { beginSignIn } from "./begin.ts";
import { finishSignIn } from "./finish.ts";
import { disconnect, listOwnAccounts } from "./list.ts";
import { beginAsk, recordAnswer } from "./outcome.ts";
import { signInNeeded } from "./tokens.ts";

type LoggedRequest = {
  host: string;
  method: string;
  path: string;
  status: number;
  principal: string;
  grantType?: string;
};

let stack: TestStack;
let admin: Context;
let ben: Context;
let id: string;

const hourMs = 3_600_000;
const setClockAhead = (ms: number) => {
  stack.services.now = () => new Date(Date.now() + ms);
};
const control = (method: string, path: string, body?: object) => stack.control(method, path, body);
const requests = async () => (await control("GET", "/requests")) as LoggedRequest[];
const ownAccount = async (ctx: Context) => {
  const found = (await listOwnAccounts(ctx)).configurations.find((configuration) => configuration.id === id);
  if (!found) throw new Error("no such configuration");
  return found;
};
const sees = async (ctx: Context) => (await feed(ctx)).items.length > 0;
const health = async () => (await getVendorConfiguration(admin, id)).health;
/**
 * Makes every account due to be checked with the vendor. The account whose sign-in name begins with `first` is checked
 * first.
 */
const makeAllDue = (first = "analyst") =>
  stack.services.db.transaction(async (tx) => {
    await tx.execute(`select set_config('app.organisation_id', '${admin.actor.organisationId}', true)`);
    await tx.execute(
      `update account_access set asked_at = now() - interval '10 minutes' - case when account_id in
        (select id from accounts where sign_in_name like '${first}%') then interval '1 minute' else interval '0' end`,
    );
  });
/** Makes the emulator issue short-lived access tokens, so that each use of an account needs a new token. */
const issueShortTokens = () => control("POST", "/settings", { accessTokenLifetimeSeconds: 60 });

beforeAll(async () => {
  stack = await startTestStack();
});
beforeEach(async () => {
  // each test has its own organisation; due work of the test before is deleted
  await stack.services.db.execute("delete from poll_targets");
  await stack.services.db.execute("delete from outbox");
  await control("POST", "/reset");
  stack.logged.length = 0;
  setClockAhead(0);
  admin = await stack.asMember("admin");
  ben = await stack.asMember("analyst", admin.actor.organisationId);
  await issueShortTokens();
  id = await saveDelegated(admin, formValues, people.ana);
  const last = await connect(ben, id, people.ben);
  if (last?.type !== "connected") throw new Error("not connected");
  await pollNow(stack.services);
});
afterAll(() => stack.stop());

describe("a person's view of a configuration", () => {
  it.each([
    ["disabled", { disabled: true }, 50057],
    ["unassigned", { unassigned: true }, 50105],
    ["revoked", { revoked: true }, 50173],
  ])(
    "is hidden at once when their account is %s, while others still see theirs",
    async (_word, change, number) => {
      expect(await sees(ben)).toBe(true);
      await control("POST", "/accounts", { objectId: people.ben, ...change });
      await makeAllDue();
      expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
      expect(await sees(ben)).toBe(false);
      const { view, ...rest } = (await feed(ben)).counts;
      expect(rest).toEqual({ severity: {}, status: {}, configuration: {} });
      expect(new Set(Object.values(view).map(({ total }) => total))).toEqual(new Set([0]));
      expect(await ownAccount(ben)).toMatchObject({ access: "refused", account: { signInNeeded: true } });
      expect(stack.logged.join()).toContain(`AADSTS${number}`);
      expect(await sees(admin)).toBe(true);
      expect((await health()).state).toBe("healthy");
      // the account isn't asked again until the person signs in again
      await control("DELETE", "/requests");
      await makeAllDue();
      await pollNow(stack.services);
      expect((await requests()).filter(({ principal }) => principal === people.ben)).toEqual([]);
    },
  );

  it("is hidden at once when Azure takes their role away, and comes back with it", async () => {
    const role = (roles: string[]) =>
      control("POST", "/roles", { principal: people.ben, subscriptionId: production, roles });
    await role([]);
    await makeAllDue();
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect(await sees(ben)).toBe(false);
    expect(await ownAccount(ben)).toMatchObject({ access: "refused", account: { signInNeeded: false } });
    await role(["SecurityReader"]);
    await makeAllDue();
    await pollNow(stack.services);
    expect(await sees(ben)).toBe(true);
  });

  it.each([
    ["sign-in frequency", { kind: "aadsts", code: 70043, suberror: "token_expired" }, true],
    ["a second factor", { kind: "aadsts", code: 50076 }, true],
    ["a device policy", { kind: "aadsts", code: 53000 }, true],
    ["a refresh token unused for 90 days", { kind: "aadsts", code: 700082 }, true],
    ["Entra ID's own trouble", { kind: "503" }, false],
    ["a connection that is reset", { kind: "reset" }, false],
  ])("stays for 72 hours while Azure can't confirm it because of %s", async (_word, fault, signInNeeded) => {
    const [item] = (await feed(ben, { status: "active" })).items;
    await control("POST", "/faults", { target: "refresh", times: 1, ...fault });
    await makeAllDue();
    // the vendor's own trouble fails the poll, which is tried again
    expect(await pollNow(stack.services)).toMatchObject({ outcome: signInNeeded ? "read" : "failed" });
    expect(await sees(ben)).toBe(true);
    expect(await ownAccount(ben)).toMatchObject({ access: "unconfirmed", account: { signInNeeded } });
    const page = await feed(ben);
    expect(page.connections).toMatchObject([{ id, readable: true, signInNeeded, since: expect.any(String) }]);
    expect(await getDetection(ben, item?.id)).toMatchObject({
      unconfirmedSince: expect.any(String),
      writeBlock: expect.stringMatching(/^[A-Z].+\.$/),
    });
    expect(
      await setDetectionStatus(ben, {
        items: [{ id: item?.id, expected: "active" }],
        to: "in_progress",
        note: "Looked at it.",
      }),
    ).toMatchObject([{ outcome: "refused", code: "not_allowed" }]);
    setClockAhead(71 * hourMs);
    expect(await sees(ben)).toBe(true);
    setClockAhead(73 * hourMs);
    expect(await sees(ben)).toBe(false);
    expect(await ownAccount(ben)).toMatchObject({ access: "lapsed" });
    setClockAhead(0);
    // signing in again brings it back
    expect(await connect(ben, id, people.ben)).toMatchObject({ type: "connected" });
    expect((await feed(ben)).connections).toEqual([]);
    expect(await ownAccount(ben)).toMatchObject({ access: "granted" });
  });

  it("ends when they disconnect, which deletes the tokens, and when they leave the team", async () => {
    await disconnect(ben, id);
    expect(await sees(ben)).toBe(false);
    expect((await ownAccount(ben)).account).toBeNull();
    await expect(disconnect(ben, id)).rejects.toMatchObject({ code: "not_found" });
    expect(await connect(ben, id, people.ben)).toMatchObject({ type: "connected" });
    await removeMember(admin, { userId: ben.actor.kind === "user" ? ben.actor.userId : "" });
    expect((await getVendorConfiguration(admin, id)).people.map(({ account }) => account)).toEqual([
      "admin@contoso.example",
    ]);
  });
});

describe("the vendor's answer to an account", () => {
  it("is unconfirmed after 15 minutes, without hiding anything", async () => {
    setClockAhead(16 * 60_000);
    expect(await ownAccount(ben)).toMatchObject({ access: "unconfirmed" });
    expect((await feed(ben)).connections).toMatchObject([{ id, readable: true, signInNeeded: false }]);
    setClockAhead(0);
  });

  it("never replaces the answer to a later request", async () => {
    const connected = await stack.services.db.transaction(async (tx) => {
      await tx.execute(`select set_config('app.organisation_id', '${admin.actor.organisationId}', true)`);
      const userId = ben.actor.kind === "user" ? ben.actor.userId : "";
      return getAccount(tx, admin.actor.organisationId, id, userId);
    });
    if (!connected) throw new Error("not connected");
    const asked = await beginAsk(stack.services);
    await recordAnswer(stack.services, connected, {
      ...signInNeeded("Refused."),
      code: "role_missing",
      needsSignIn: false,
      refuses: true,
    });
    // the vendor let the account read when asked before the refusal
    await recordAnswer(stack.services, connected, null, asked);
    expect(await ownAccount(ben)).toMatchObject({ access: "refused" });
    await recordAnswer(stack.services, connected, null);
    expect(await ownAccount(ben)).toMatchObject({ access: "granted" });
  });
});

describe("a claims challenge that is never met", () => {
  it("needs the person to sign in, and the poll continues with another account", async () => {
    await makeAllDue();
    await control("POST", "/faults", { target: "list", kind: "401", times: 2 });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect(await ownAccount(ben)).toMatchObject({ access: "unconfirmed", account: { signInNeeded: true } });
    expect((await health()).state).toBe("healthy");
  });
});

describe("polling", () => {
  it("continues with another account when one is refused in the middle of the list", async () => {
    await control("POST", "/settings", { pageSize: 5 });
    await makeAllDue();
    await control("POST", "/faults", { target: "list", kind: "403", after: 2, times: 1 });
    await control("DELETE", "/requests");
    const { outcome, tally } = await pollNow(stack.services);
    expect(outcome).toBe("read");
    expect(tally.added).toBe(0);
    const readers = new Set(
      (await requests())
        .filter(({ path }) => /\/alerts\?/.test(path))
        .map(({ principal }) => principal)
        .filter(Boolean),
    );
    expect(readers).toEqual(new Set([people.ben, people.ana]));
    expect(await sees(ben)).toBe(false);
  });

  it("renews a token that Azure refuses in the middle of the list, and continues", async () => {
    await control("POST", "/settings", { pageSize: 5 });
    await control("POST", "/faults", { target: "list", kind: "401", after: 2, times: 1 });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect(await sees(ben)).toBe(true);
  });

  it("asks every account, so that each is confirmed", async () => {
    await makeAllDue();
    await control("DELETE", "/requests");
    await pollNow(stack.services);
    const asked = (await requests()).filter(({ host }) => host === "arm").map(({ principal }) => principal);
    expect(new Set(asked)).toEqual(new Set([people.ben, people.ana]));
  });

  it("needs action when no account is left, names who can mend it, and continues once they have", async () => {
    await control("DELETE", "/refresh-tokens");
    await makeAllDue();
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "failed" });
    expect(await health()).toMatchObject({
      state: "action_needed",
      code: "no_connection",
      remedy: expect.stringMatching(/Some analyst.*Some admin|Some admin.*Some analyst/),
    });
    await control("DELETE", "/requests");
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "failed" });
    expect(await requests()).toEqual([]);
    expect(await connect(ben, id, people.ben)).toMatchObject({ type: "connected" });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect((await health()).state).toBe("healthy");
  });
});

describe("claims challenges", () => {
  const claims = { access_token: { nbf: { essential: true, value: "1790000000" } } };

  it("are met without the person when Entra ID needs nothing from them", async () => {
    await control("POST", "/challenges", { objectId: people.ben, claims, interactive: false });
    await makeAllDue();
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect(await ownAccount(ben)).toMatchObject({ access: "granted" });
  });

  it("are met at the person's next sign-in when Entra ID needs them", async () => {
    await control("POST", "/challenges", { objectId: people.ben, claims, interactive: true });
    await makeAllDue();
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect(await ownAccount(ben)).toMatchObject({ access: "unconfirmed", account: { signInNeeded: true } });
    const { url } = await beginSignIn(ben, id, sessionOf(ben), "/detections");
    expect(new URL(url).searchParams.get("claims")).toContain("1790000000");
    expect(new URL(url).searchParams.get("login_hint")).toBe("analyst@contoso.example");
    const signInId = await answered(ben, url, people.ben);
    expect((await all(finishSignIn(ben, signInId, signal))).at(-1)).toMatchObject({ type: "connected" });
    expect(await ownAccount(ben)).toMatchObject({ access: "granted" });
    await makeAllDue();
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect(await ownAccount(ben)).toMatchObject({ access: "granted" });
  });
});

describe("a refresh that ten processes need at once", () => {
  it("is done by one process, and its new refresh token is stored", async () => {
    await control("POST", "/settings", { accessTokenLifetimeSeconds: 3_599, tokenLatencyMs: 300 });
    await control("DELETE", "/requests");
    const userId = ben.actor.kind === "user" ? ben.actor.userId : "";
    const processes = Array.from({ length: 10 }, () =>
      startRefreshProcess([ben.actor.organisationId, id, userId], stack.workerEnv),
    );
    await Promise.all(processes.map(({ ready }) => ready));
    const counts = await Promise.all(processes.map((refreshProcess) => refreshProcess.refresh()));
    for (const count of counts) expect(count).toBeGreaterThan(0);
    const refreshes = (await requests()).filter(({ grantType }) => grantType === "refresh_token");
    expect(refreshes.map(({ status }) => status)).toEqual([200]);
    // the emulator's refresh tokens work once, so a lost one would fail the next poll
    await issueShortTokens();
    await makeAllDue();
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect(await ownAccount(ben)).toMatchObject({ access: "granted" });
  }, 120_000);
});

describe("a status change", () => {
  it("fails unsent, with its reason, when its requester disconnects first", async () => {
    const [item] = (await feed(ben, { status: "active" })).items;
    await setDetectionStatus(ben, {
      items: [{ id: item?.id, expected: "active" }],
      to: "in_progress",
      note: "Looked at it.",
    });
    await disconnect(ben, id);
    await control("DELETE", "/requests");
    await sendDue(stack.services);
    expect(
      (await requests()).filter((request) => request.method === "POST" && request.host === "arm"),
    ).toEqual([]);
    expect(await getDetection(admin, item?.id)).toMatchObject({
      status: "active",
      syncState: "failed",
      stateSentence: expect.stringMatching(/was disconnected, so nothing was sent/),
    });
  });
});

describe("the alert proxy", () => {
  it("asks Azure with the caller's own account, and returns its alerts page by page", async () => {
    await control("POST", "/settings", { pageSize: 7 });
    await control("DELETE", "/requests");
    const found: string[] = [];
    for (let cursor: string | null = null, page = 0; page < 20; page++) {
      const { alerts, cursor: next } = await listVendorAlerts(ben, id, cursor, signal);
      found.push(...alerts);
      cursor = next;
      if (!cursor) break;
    }
    const alerts = (await control("GET", `/alerts?subscriptionId=${production}`)) as { id: string }[];
    expect(found.map((text) => (JSON.parse(text) as { id: string }).id).toSorted()).toEqual(
      alerts.map(({ id }) => id).toSorted(),
    );
    const readers = (await requests()).filter(({ host }) => host === "arm").map(({ principal }) => principal);
    expect(new Set(readers)).toEqual(new Set([people.ben]));
  });

  it("accepts only cursors that it gave to the same person", async () => {
    await control("POST", "/settings", { pageSize: 7 });
    const { cursor } = await listVendorAlerts(ben, id, null, signal);
    await control("DELETE", "/requests");
    const forged = Buffer.from(`https://localhost:1/subscriptions/${production}/providers/x`).toString(
      "base64url",
    );
    for (const text of ["", "x", forged, `${cursor?.slice(0, -2)}AA`])
      await expect(listVendorAlerts(ben, id, text, signal)).rejects.toMatchObject({ code: "invalid" });
    // another person's cursor
    await expect(listVendorAlerts(admin, id, cursor, signal)).rejects.toMatchObject({ code: "invalid" });
    expect((await requests()).filter(({ host }) => host === "arm")).toEqual([]);
  });

  it("hides nothing if Azure can't be asked now", async () => {
    await control("POST", "/faults", {
      target: "list",
      kind: "arm",
      error: "InvalidResourceType",
      times: 1,
    });
    await expect(listVendorAlerts(ben, id, null, signal)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("Error code: InvalidResourceType."),
    });
    expect(await sees(ben)).toBe(true);
  });

  it("hides at once what Azure refuses, and reads with the application's credential where there is one", async () => {
    await control("POST", "/roles", { principal: people.ben, subscriptionId: production, roles: [] });
    await expect(listVendorAlerts(ben, id, null, signal)).rejects.toMatchObject({ code: "not_found" });
    expect(await sees(ben)).toBe(false);
    const plain = await save(admin, {
      ...formValues,
      displayName: "Plain",
      subscriptionIds: "33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03",
    });
    expect((await listVendorAlerts(ben, plain, null, signal)).alerts.length).toBeGreaterThan(0);
  });
});
