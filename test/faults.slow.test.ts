import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { development, formValues, production, startTestStack, type TestStack } from "./stack.ts";
import { all, feed, makeDue, poll, pollNow, save, sendDue, signal } from "./steps.ts";
import { hurry } from "./time.ts";
import { cleanUpOld } from "#programs/worker/clean-up.ts";
import { checkConfiguration } from "#lib/sources/configurations/check.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import { replaceSecret } from "#lib/sources/configurations/replace-secret.ts";
import { saveConfiguration } from "#lib/sources/configurations/save.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";

type Fault = {
  kind: string;
  times?: number;
  retryAfterSeconds?: number;
  code?: number;
  after?: number;
  delayMs?: number;
};
type Held = { name: string; properties: { status: string; alertDisplayName: string } };

const app = { clientId: formValues.applicationId, value: formValues.clientSecret };
let stack: TestStack;
let admin: Context;
let id: string;

const arm = (target: string, fault: Fault) =>
  stack.control("POST", "/faults", { target, times: 1_000, ...fault });
const disarm = () => stack.control("DELETE", "/faults");
const atAzure = () => stack.control("GET", `/alerts?subscriptionId=${production}`) as Promise<Held[]>;
const addAlert = async (properties: object = {}) => {
  const { names } = (await stack.control("POST", "/alerts", {
    subscriptionId: production,
    count: 1,
    properties,
  })) as { names: string[] };
  return names[0] ?? "";
};
const health = async () => (await getVendorConfiguration(admin, id)).health;

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  // every poll and every write gets its own token
  await stack.control("POST", "/settings", { accessTokenLifetimeSeconds: 200 });
  id = await save(admin, formValues);
  await poll(stack.services);
});
beforeEach(hurry);
afterEach(async () => {
  vi.restoreAllMocks();
  await disarm();
  await stack.control("POST", "/write-mode", { mode: "normal" });
  await stack.control("POST", "/settings", { pageSize: 50, latencyMs: 0 });
  await pollNow(stack.services);
});
afterAll(() => stack.stop());

/** Returns the ids of all detections, and the seconds until the configuration's next poll is due. */
async function stored() {
  return inOrganisation(stack.services.db, admin.actor.organisationId, async (tx) => {
    const ids = await tx.execute<{ id: string }>("select id from detections order by id");
    const [target] = await tx.execute<{ due_in: number; leased: boolean }>(
      "select extract(epoch from due_at - now())::float8 as due_in, leased_until is not null as leased from poll_targets",
    );
    return { ids: ids.map((row) => row.id), dueIn: target?.due_in ?? 0, leased: target?.leased };
  });
}

/** Polls. Expects that the configuration is healthy and that each of the vendor's alerts is stored once. */
async function expectRecovery(added: number): Promise<void> {
  expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { added } });
  expect(await health()).toMatchObject({ state: "healthy", reason: null, remedy: null, code: null });
  expect((await stored()).ids).toHaveLength((await atAzure()).length);
}

describe("a poll that fails", () => {
  const reading: [target: string, fault: Fault, state: string, code: string, reason: RegExp][] = [
    ["list", { kind: "429", retryAfterSeconds: 600 }, "degraded", "throttled", /slow down/],
    ["list", { kind: "429-no-retry-after" }, "degraded", "throttled", /slow down/],
    ["list", { kind: "500" }, "degraded", "server_error", /trouble of its own/],
    ["list", { kind: "503" }, "degraded", "server_error", /trouble of its own/],
    ["list", { kind: "hang" }, "degraded", "timeout", /did not answer in time/],
    ["list", { kind: "reset" }, "degraded", "network", /could not be reached/],
    ["list", { kind: "truncated" }, "degraded", "network", /could not be reached/],
    ["list", { kind: "html-200" }, "degraded", "not_json", /isn't JSON/],
    ["list", { kind: "200-error-body" }, "degraded", "server_error", /trouble of its own.*Failed/],
    ["list", { kind: "not-a-list" }, "degraded", "not_json", /holds no list of alerts/],
    ["list", { kind: "next-link-other-host" }, "action_needed", "untrusted_link", /did not follow it/],
    ["list", { kind: "next-link-http" }, "action_needed", "untrusted_link", /did not follow it/],
    ["list", { kind: "next-link-loop" }, "degraded", "list_incomplete", /leads back to a page/],
    ["list", { kind: "next-link-unreadable" }, "degraded", "list_incomplete", /doesn't say where/],
    ["list", { kind: "list-with-error" }, "degraded", "list_incomplete", /came with an error.*ServerTimeout/],
    ["list", { kind: "401" }, "action_needed", "token_refused", /refused the token/],
    ["list", { kind: "403" }, "action_needed", "role_missing", /no fitting role/],
    ["list", { kind: "404" }, "action_needed", "subscription_not_found", /knows no subscription/],
    ["token", { kind: "429", retryAfterSeconds: 600 }, "degraded", "throttled", /slow down/],
    ["token", { kind: "429-no-retry-after" }, "degraded", "throttled", /slow down/],
    ["token", { kind: "500" }, "degraded", "server_error", /trouble of its own/],
    ["token", { kind: "503" }, "degraded", "server_error", /trouble of its own/],
    ["token", { kind: "hang" }, "degraded", "timeout", /did not answer in time/],
    ["token", { kind: "reset" }, "degraded", "network", /could not be reached/],
    ["token", { kind: "truncated" }, "degraded", "network", /could not be reached/],
    ["token", { kind: "html-200" }, "degraded", "not_json", /isn't JSON/],
    ["token", { kind: "200-error-body" }, "action_needed", "sign_in_refused", /refused the application/],
    [
      "token",
      { kind: "aadsts", code: 7000215 },
      "action_needed",
      "secret_wrong",
      /refused the Client Secret/,
    ],
    ["token", { kind: "aadsts", code: 7000222 }, "action_needed", "secret_expired", /has expired/],
    ["token", { kind: "aadsts", code: 700016 }, "action_needed", "app_not_found", /no application/],
    ["token", { kind: "aadsts", code: 90002 }, "action_needed", "tenant_not_found", /Tenant not found/],
    ["token", { kind: "aadsts", code: 65001 }, "action_needed", "consent_missing", /consented/],
    ["token", { kind: "aadsts", code: 53003 }, "action_needed", "blocked_by_policy", /Conditional Access/],
    ["token", { kind: "aadsts", code: 50196 }, "degraded", "throttled", /slow down/],
    ["token", { kind: "aadsts", code: 99999 }, "action_needed", "sign_in_refused", /refused the application/],
  ];

  it.each(reading)("by %s %o: %s, %s", async (target, fault, state, code, reason) => {
    const before = await stored();
    await addAlert();
    await arm(target, fault);
    expect((await pollNow(stack.services)).outcome).toBe("failed");
    const failed = await health();
    expect(failed).toMatchObject({ state, code, reason: expect.stringMatching(reason) });
    expect(failed.remedy).toMatch(/^[A-Z].{10,}/);
    const after = await stored();
    expect(after.ids).toEqual(before.ids);
    expect(after.leased).toBe(false);
    expect(after.dueIn).toBeGreaterThan((fault.retryAfterSeconds ?? 30) - 10);
    expect(after.dueIn).toBeLessThan(700);
    await disarm();
    await expectRecovery(1);
  });

  it("on a later page keeps the earlier pages, and the next poll stores the rest", async () => {
    await stack.control("POST", "/settings", { pageSize: 10 });
    const first = await addAlert();
    await arm("list", { kind: "500", after: 1 });
    const names = (await atAzure()).map((alert) => alert.name);
    expect(names.indexOf(first)).toBeGreaterThanOrEqual(20);
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "failed", tally: { read: 10, added: 0 } });
    await disarm();
    await expectRecovery(1);
    await stack.control("POST", "/settings", { pageSize: 50 });
  });

  it("doesn't fail because a long list takes long in total", async () => {
    // 13 pages of 0.4 s: each is within its limit of 1.5 s, the total isn't
    await stack.control("POST", "/settings", {
      pageSize: Math.ceil((await atAzure()).length / 13),
      latencyMs: 400,
    });
    const result = await pollNow(stack.services);
    await stack.control("POST", "/settings", { pageSize: 50, latencyMs: 0 });
    expect(result.outcome).toBe("read");
  });

  it("backs off up to 15 minutes, or as long as the vendor asks, up to an hour", async () => {
    await arm("list", { kind: "500" });
    const waits: number[] = [];
    for (let turn = 0; turn < 7; turn++) {
      await pollNow(stack.services);
      waits.push((await stored()).dueIn);
    }
    for (const [turn, base] of [30, 60, 120, 240, 480, 900, 900].entries()) {
      expect(waits[turn]).toBeGreaterThan(base * 0.9 - 5);
      expect(waits[turn]).toBeLessThan(base * 1.1 + 5);
    }
    await disarm();
    await arm("list", { kind: "429", retryAfterSeconds: 86_400 });
    await pollNow(stack.services);
    expect((await stored()).dueIn).toBeGreaterThan(3_590);
    expect((await stored()).dueIn).toBeLessThan(3_610);
    await disarm();
    await expectRecovery(0);
  });

  it("needs action once it has lasted half an hour, counted again after a good poll", async () => {
    await arm("list", { kind: "503" });
    await pollNow(stack.services);
    expect(await health()).toMatchObject({ state: "degraded" });
    vi.spyOn(stack.services, "now").mockImplementation(() => new Date(Date.now() + 31 * 60_000));
    expect(await health()).toMatchObject({ state: "action_needed", code: "server_error" });
    await pollNow(stack.services);
    expect(await health()).toMatchObject({ state: "action_needed", code: "server_error" });
    await disarm();
    await pollNow(stack.services);
    expect(await health()).toMatchObject({ state: "healthy" });
    await arm("list", { kind: "503" });
    await pollNow(stack.services);
    expect(await health()).toMatchObject({ state: "degraded" });
    vi.mocked(stack.services.now).mockRestore();
    await disarm();
    await expectRecovery(0);
  });

  it("is reported as late when there are neither polls nor errors", async () => {
    vi.spyOn(stack.services, "now").mockImplementation(() => new Date(Date.now() + 6 * 60_000));
    expect(await health()).toMatchObject({
      state: "degraded",
      code: "late",
      remedy: expect.stringContaining("worker is running"),
    });
  });

  it.each([
    ["expired", "secret_expired"],
    ["removed", "secret_wrong"],
  ])(
    "needs action for a secret that is %s, and recovers when Azure accepts it again",
    async (state, code) => {
      await addAlert();
      await stack.control("POST", "/apps/secrets", { ...app, state });
      expect((await pollNow(stack.services)).outcome).toBe("failed");
      expect(await health()).toMatchObject({ state: "action_needed", code });
      await stack.control("POST", "/apps/secrets", { ...app, state: "valid" });
      await expectRecovery(1);
    },
  );

  it("reports a role that was taken away", async () => {
    const roles = (names: string[]) =>
      stack.control("POST", "/roles", { principal: app.clientId, subscriptionId: production, roles: names });
    await roles([]);
    await pollNow(stack.services);
    expect(await health()).toMatchObject({ state: "action_needed", code: "role_missing" });
    await roles(["SecurityAdmin"]);
    await expectRecovery(0);
  });

  it("reports a stored secret that can't be opened, and recovers with the right key", async () => {
    const { keyring } = stack.services;
    stack.services.keyring = [{ id: "test", key: Buffer.alloc(32, 7) }];
    expect((await pollNow(stack.services)).outcome).toBe("failed");
    expect(await health()).toMatchObject({
      state: "action_needed",
      code: "secret_unreadable",
      remedy: expect.stringContaining("POCKETSOC_ENCRYPTION_KEYS"),
    });
    await expect(all(checkConfiguration(admin, id, signal))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/can't be opened.*POCKETSOC_ENCRYPTION_KEYS/),
    });
    stack.services.keyring = keyring;
    await expectRecovery(0);
  });

  it("doesn't happen during a rotation of the keyring, nor without the earlier key after the clean-up", async () => {
    const [earlier] = stack.services.keyring;
    if (!earlier) throw new Error("no key");
    const next = { id: "next", key: Buffer.alloc(32, 8) };
    stack.services.keyring = [next, earlier];
    await expectRecovery(0);
    await cleanUpOld(stack.services, signal);
    stack.services.keyring = [next];
    await expectRecovery(0);
    stack.services.keyring = [earlier, next];
    await cleanUpOld(stack.services, signal);
    stack.services.keyring = [earlier];
    expect(await health()).toMatchObject({ state: "healthy" });
  });

  it("is mended by a new secret when the key is lost", async () => {
    const { keyring } = stack.services;
    const { credential } = await getVendorConfiguration(admin, id);
    await stack.control("POST", "/apps/secrets", {
      ...app,
      value: "L_s8Q~made-after-the-key-was-lost",
      state: "valid",
    });
    const replace = (secret: string) =>
      all(replaceSecret(admin, credential.id, { secret, secretExpiresOn: "" }, signal));
    stack.services.keyring = [{ id: "other", key: Buffer.alloc(32, 9) }];
    expect((await pollNow(stack.services)).outcome).toBe("failed");
    expect((await replace("L_s8Q~made-after-the-key-was-lost")).at(-1)).toMatchObject({ type: "replaced" });
    await expectRecovery(0);
    stack.services.keyring = keyring;
    expect((await replace(formValues.clientSecret)).at(-1)).toMatchObject({ type: "replaced" });
    await expectRecovery(0);
  });

  it("isn't the configuration's problem when the worker stops, and is due again at once", async () => {
    await arm("list", { kind: "hang" });
    await makeDue(stack.services);
    const [lease] = await leasePolls(stack.services, 1);
    if (!lease) throw new Error("nothing was due");
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    expect((await pollConfiguration(stack.services, lease, stop.signal)).outcome).toBe("failed");
    expect(await health()).toMatchObject({ state: "healthy" });
    expect((await stored()).dueIn).toBeLessThan(1);
    expect((await stored()).leased).toBe(false);
    await disarm();
    await expectRecovery(0);
  });
});

describe("a check that fails", () => {
  const checking: [target: string, fault: Fault, step: string, message: RegExp][] = [
    ["discovery", { kind: "500" }, "tenant", /trouble of its own/],
    ["discovery", { kind: "html-200" }, "tenant", /isn't JSON/],
    ["discovery", { kind: "hang" }, "tenant", /did not answer in time/],
    ["discovery", { kind: "reset" }, "tenant", /could not be reached/],
    ["discovery", { kind: "aadsts", code: 90002 }, "tenant", /Tenant not found/],
    ["token", { kind: "aadsts", code: 7000215 }, "credential", /refused the Client Secret/],
    ["token", { kind: "aadsts", code: 7000222 }, "credential", /has expired/],
    ["token", { kind: "429" }, "credential", /slow down/],
    ["token", { kind: "truncated" }, "credential", /could not be reached/],
    ["list", { kind: "403" }, "alerts", /no fitting role/],
    ["list", { kind: "429" }, "alerts", /slow down/],
    ["list", { kind: "html-200" }, "alerts", /isn't JSON/],
  ];
  const values = { ...formValues, subscriptionIds: development, displayName: "Development" };
  const trySave = () => all(saveConfiguration(admin, values, { saveAsDisabled: false, signal }));

  it.each(checking)("by %s %o at step %j saves nothing", async (target, fault, step, message) => {
    await arm(target, fault);
    const events = await trySave();
    const steps = events.flatMap((event) => (event.type === "step" ? [event.step] : []));
    expect(steps.filter(({ outcome }) => outcome === "failed").map(({ id }) => id)).toEqual([step]);
    expect(steps.at(-1)).toMatchObject({
      id: step,
      detail: expect.stringMatching(message),
      remedy: expect.stringMatching(/^[A-Z].{10,}/),
    });
    expect(events.at(-1)).toMatchObject({ type: "failed", message: expect.stringMatching(message) });
    const { reference } = events.at(-1) as { reference: string };
    expect(stack.logged.filter((line) => line.includes(reference))).toHaveLength(1);
    expect(await stack.services.db.execute("select 1 from poll_targets")).toHaveLength(1);
  });

  it.each(["permissions", "pricings"])("by %s says nothing about rights or plans", async (target) => {
    for (const [kind, detail] of [
      ["200-error-body", "trouble of its own"],
      ["not-a-list", "isn't JSON"],
    ] as const) {
      await disarm();
      await arm(target, { kind });
      const events = await all(checkConfiguration(admin, id, signal));
      const steps = events.flatMap((event) => (event.type === "step" ? [event.step] : []));
      expect(steps.filter(({ outcome }) => outcome === "warning")).toEqual([
        expect.objectContaining({ detail: expect.stringContaining(detail) }),
      ]);
    }
  });

  it.each(["subscription", "pricings", "permissions"])("by %s alone is only a warning", async (target) => {
    for (const kind of ["500", "403", "html-200", "hang", "reset", "200-error-body"]) {
      await disarm();
      await arm(target, { kind });
      const events = await all(checkConfiguration(admin, id, signal));
      expect([kind, events.at(-1)]).toEqual([kind, { type: "checked" }]);
    }
  });
});

describe("a status change", () => {
  const requests = () =>
    stack.control("GET", "/requests") as Promise<{ method: string; host: string; status: number }[]>;
  const writes = async () =>
    (await requests()).filter((request) => request.method === "POST" && request.host === "arm");
  const statusAtAzure = async (name: string) =>
    (await atAzure()).find((alert) => alert.name === name)?.properties.status;
  const dueNow = () => stack.services.db.execute("update outbox set due_at = now() - interval '1 second'");

  /** Adds an active alert and requests `resolved` for it. Returns the alert's name and the detection's id. */
  async function requestOnNewAlert(): Promise<{ name: string; detectionId: string }> {
    const name = await addAlert({ alertDisplayName: `To be changed ${crypto.randomUUID()}` });
    await pollNow(stack.services);
    const title = (await atAzure()).find((alert) => alert.name === name)?.properties.alertDisplayName;
    const item = (await feed(admin, { q: title })).items[0];
    const detectionId = item?.id ?? "";
    const [requested] = await setDetectionStatus(admin, {
      items: [{ id: detectionId, expected: "active" }],
      to: "resolved",
      note: "Looked at it.",
    });
    if (requested?.outcome !== "held") throw new Error("the change isn't pending");
    await stack.control("DELETE", "/requests");
    return { name, detectionId };
  }
  const outboxLength = async () => (await stack.services.db.execute("select 1 from outbox")).length;
  const requestAgain = async (detectionId: string, expected: string, to: string) =>
    (
      await setDetectionStatus(admin, { items: [{ id: detectionId, expected }], to, note: "Looked at it." })
    )[0];

  const passing: [target: string, fault: Fault, waitSeconds: number][] = [
    ["status", { kind: "500" }, 1],
    ["status", { kind: "503" }, 1],
    ["status", { kind: "429", retryAfterSeconds: 60 }, 55],
    ["status", { kind: "429-no-retry-after" }, 1],
    ["status", { kind: "reset" }, 1],
    ["status", { kind: "hang" }, 1],
    ["status", { kind: "html-200" }, 1],
    // after the first 401 a new token is tried at once
    ["status", { kind: "401", times: 2 }, 1],
    ["get", { kind: "500" }, 1],
    ["get", { kind: "hang" }, 1],
    ["get", { kind: "truncated" }, 1],
    ["get", { kind: "html-200" }, 1],
    ["token", { kind: "503" }, 1],
  ];
  it.each(passing)(
    "delayed by %s %o is sent once, after the fault has passed",
    async (target, fault, waitSeconds) => {
      const { name, detectionId } = await requestOnNewAlert();
      await arm(target, { times: 1, ...fault });
      expect(await sendDue(stack.services)).toBe(1);
      expect(await getDetection(admin, detectionId)).toMatchObject({
        status: "active",
        pendingStatus: "resolved",
        syncState: "sending",
      });
      const [row] = await stack.services.db.execute<{ due: number }>(
        "select extract(epoch from due_at - now())::float8 as due from outbox",
      );
      expect(row?.due).toBeGreaterThan(waitSeconds);
      await dueNow();
      expect(await sendDue(stack.services)).toBe(1);
      expect(await getDetection(admin, detectionId)).toMatchObject({
        status: "resolved",
        pendingStatus: null,
        syncState: "confirmed",
      });
      expect(await statusAtAzure(name)).toBe("Resolved");
      expect((await writes()).filter((request) => request.status === 204)).toHaveLength(1);
      expect(await outboxLength()).toBe(0);
    },
  );

  it("beyond the vendor's rate limit waits for its turn, without a call meanwhile", async () => {
    const { name, detectionId } = await requestOnNewAlert();
    await stack.services.db.execute("update vendor_turns set next_at = now() + interval '1 minute'");
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      pendingStatus: "resolved",
      syncState: "sending",
    });
    expect(await writes()).toEqual([]);
    const [row] = await stack.services.db.execute<{ due: number }>(
      "select extract(epoch from due_at - now())::float8 as due from outbox",
    );
    // the share of status changes allows 196 at once, worth 27 s of its turns, so the wait is that much shorter than a minute
    expect(row?.due).toBeGreaterThan(32);
    await stack.services.db.execute("update vendor_turns set next_at = now()");
    await dueNow();
    await sendDue(stack.services);
    expect(await statusAtAzure(name)).toBe("Resolved");
    expect(await writes()).toHaveLength(1);
  });

  it("whose answer was lost is found done and not sent again", async () => {
    const { name, detectionId } = await requestOnNewAlert();
    await arm("status", { kind: "lost-answer", times: 1 });
    await sendDue(stack.services);
    expect(await statusAtAzure(name)).toBe("Resolved");
    await dueNow();
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      status: "resolved",
      syncState: "confirmed",
    });
    expect(await writes()).toHaveLength(1);
  });

  it("that never succeeds fails after ten attempts, and can be requested again", async () => {
    const { detectionId } = await requestOnNewAlert();
    await arm("status", { kind: "500" });
    let tries = 0;
    while ((await sendDue(stack.services)) > 0 && tries < 20) {
      tries++;
      await dueNow();
    }
    expect(tries).toBe(10);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      status: "active",
      pendingStatus: null,
      syncState: "failed",
      stateSentence: expect.stringContaining("trouble of its own"),
    });
    await disarm();
    expect(await requestAgain(detectionId, "active", "resolved")).toMatchObject({ outcome: "held" });
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({ status: "resolved", stateSentence: null });
  });

  const ending: [target: string, fault: Fault, sentence: RegExp][] = [
    ["status", { kind: "403" }, /may read alerts but not change them.*Assign Security Admin/],
    ["status", { kind: "200-error-body" }, /Azure refused the request/],
    ["get", { kind: "403" }, /no fitting role.*Assign Security/],
    ["get", { kind: "404" }, /knows no subscription/],
    ["token", { kind: "aadsts", code: 7000222 }, /has expired.*Create a new client secret/],
    ["token", { kind: "aadsts", code: 7000215 }, /refused the Client Secret/],
  ];
  it.each(ending)("refused by %s %o fails at once with the reason", async (target, fault, sentence) => {
    const { name, detectionId } = await requestOnNewAlert();
    await arm(target, fault);
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      status: "active",
      pendingStatus: null,
      syncState: "failed",
      stateSentence: expect.stringMatching(sentence),
    });
    expect(await statusAtAzure(name)).toBe("Active");
    expect(await outboxLength()).toBe(0);
    await disarm();
    expect(await requestAgain(detectionId, "active", "resolved")).toMatchObject({ outcome: "held" });
    await sendDue(stack.services);
    expect(await statusAtAzure(name)).toBe("Resolved");
  });

  it("of an alert that Azure no longer has fails with that reason", async () => {
    const { name, detectionId } = await requestOnNewAlert();
    await stack.control("DELETE", `/alerts/${name}`);
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      syncState: "failed",
      stateSentence: expect.stringContaining("does not know this alert any more"),
    });
    expect(await writes()).toHaveLength(0);
    // the detection stays as it was last seen
    await pollNow(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({ status: "active" });
  });

  it("that Azure refuses because of the alert's status (strict) fails with Azure's request id", async () => {
    const { name, detectionId } = await requestOnNewAlert();
    await stack.control("POST", "/write-mode", { mode: "strict" });
    // someone dismisses it after the snapshot and before the write
    await arm("status", { kind: "slow", times: 1, delayMs: 16_000 });
    const sending = sendDue(stack.services);
    await vi.waitUntil(async () => (await requests()).length >= 2, { timeout: 5_000, interval: 10 });
    await stack.control("PATCH", `/alerts/${name}`, { status: "Dismissed" });
    await sending;
    expect(await getDetection(admin, detectionId)).toMatchObject({
      pendingStatus: null,
      syncState: "failed",
      stateSentence: expect.stringMatching(/Azure refused the request.*request id: [0-9a-f-]{36}/),
    });
    await pollNow(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({ status: "dismissed" });
  });

  it("overtaken by someone else ends as diverged, with the status that Azure holds", async () => {
    const { name, detectionId } = await requestOnNewAlert();
    await stack.control("PATCH", `/alerts/${name}`, { status: "Dismissed" });
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      status: "dismissed",
      syncState: "diverged",
      stateSentence: expect.stringContaining("Someone set this alert to Dismissed in Azure"),
    });
    expect(await writes()).toHaveLength(0);
  });

  it("that Azure accepts and ignores (silent) ends as diverged, and can be requested again", async () => {
    const { name, detectionId } = await requestOnNewAlert();
    await stack.control("POST", "/write-mode", { mode: "silent" });
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      status: "active",
      pendingStatus: null,
      syncState: "diverged",
      stateSentence: expect.stringMatching(/accepted the request, but the alert is still Active.*request id/),
    });
    expect(await writes()).toHaveLength(1);
    await stack.control("POST", "/write-mode", { mode: "normal" });
    expect(await requestAgain(detectionId, "active", "resolved")).toMatchObject({ outcome: "held" });
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      status: "resolved",
      syncState: "confirmed",
    });
    expect(await statusAtAzure(name)).toBe("Resolved");
  });

  it("that Azure shows late (lagging) is waited for", async () => {
    const { name, detectionId } = await requestOnNewAlert();
    await stack.control("POST", "/write-mode", { mode: "lagging", lagMs: 4_000 });
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      status: "resolved",
      syncState: "confirmed",
    });
    expect(await statusAtAzure(name)).toBe("Resolved");
    expect(await writes()).toHaveLength(1);
  });

  it("that Azure shows very late is corrected by the next poll", async () => {
    const { name, detectionId } = await requestOnNewAlert();
    await stack.control("POST", "/write-mode", { mode: "lagging", lagMs: 30_000 });
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({ status: "active", syncState: "diverged" });
    await vi.waitUntil(async () => (await statusAtAzure(name)) === "Resolved", 5_000);
    await pollNow(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      status: "resolved",
      syncState: "idle",
      stateSentence: null,
    });
  });

  it("fails with the reason when the stored secret can't be opened", async () => {
    const { detectionId } = await requestOnNewAlert();
    const { keyring } = stack.services;
    stack.services.keyring = [{ id: "test", key: Buffer.alloc(32, 7) }];
    await sendDue(stack.services).finally(() => {
      stack.services.keyring = keyring;
    });
    expect(await getDetection(admin, detectionId)).toMatchObject({
      status: "active",
      pendingStatus: null,
      syncState: "failed",
      stateSentence: expect.stringContaining("POCKETSOC_ENCRYPTION_KEYS"),
    });
    expect(await outboxLength()).toBe(0);
  });
});

describe("the log", () => {
  it("has every failure, and no secret or token", () => {
    const log = stack.logged.join("\n");
    for (const event of [
      "poll.failed",
      "poll.secret_unreadable",
      "status.no_writer",
      "configuration.check_failed",
    ])
      expect(log).toContain(event);
    expect(log).not.toContain(formValues.clientSecret);
    // a JSON web token begins with {" in base64
    expect(log).not.toMatch(/eyJ[\w-]{8,}/);
    expect(log).not.toMatch(/bearer |client_secret|"authorization"/i);
  });
});
