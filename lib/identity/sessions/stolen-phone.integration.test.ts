import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { getDevice } from "#db/queries/alerting/devices.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import { getUser } from "#db/queries/identity/people.ts";
import { alertPermissions } from "#lib/domain/session.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import type { Context } from "#lib/core/context.ts";
import { receiptOf, recordReceipt } from "#lib/alerting/delivery/receipt.ts";
import { removeDevice } from "#lib/alerting/devices/remove.ts";
import { reportDevice } from "#lib/alerting/devices/report-permission.ts";
import { setDeviceActive } from "#lib/alerting/devices/set-active.ts";
import { startNotifying } from "#test/notifying.ts";
import { keepPhone } from "#test/phones.ts";
import { notifyDue } from "#test/steps.ts";
import { find, nameOf, parseRooms, type Syntax } from "#test/syntax.ts";
import { createToken } from "../api-tokens/create.ts";
import { listOrganisationTokens } from "../api-tokens/list.ts";
import { removeMember } from "../team/members.ts";
import { actorOf, getCurrentPerson, switchOrganisation } from "./current.ts";
import { openSession } from "./sign-in.ts";

const started = await startNotifying();
const { admin, push, stack } = started;
const { services } = stack;
let analyst: Context;
beforeEach(async () => {
  await started.reset();
  analyst = await stack.asMember("analyst", admin.actor.organisationId);
});
afterEach(() => removeMember(admin, { userId: idOf(analyst) }));
afterAll(started.stop);

const hour = 3_600_000;
const later = (ms: number) => (started.clock.laterMs = ms);
const idOf = ({ actor }: Context) => (actor.kind === "user" ? actor.userId : "");
const deviceOf = (id: string) =>
  inOrganisation(services.db, admin.actor.organisationId, (tx) =>
    getDevice(tx, admin.actor.organisationId, id),
  );

async function contextOf(sessionId: string): Promise<Context | null> {
  const person = await getCurrentPerson(services, sessionId);
  const actor = person && actorOf(person);
  return actor ? { services, actor } : null;
}
async function open(): Promise<string> {
  const user = await getUser(services.db, idOf(analyst));
  if (!user) throw new Error("no person");
  return openSession(services, user, analyst.actor.organisationId, "phone");
}
/** Saves the session's browser as a device, as the page does. */
async function keep(sessionId: string, subscription = push.subscribe()): Promise<string> {
  const ctx = await contextOf(sessionId);
  if (!ctx) throw new Error("signed out");
  return keepPhone(ctx, subscription, sha256(sessionId));
}
/** Records that the device showed a notification, which verifies it. */
async function verify(deviceId: string): Promise<void> {
  const { organisationId } = admin.actor;
  const id = newId();
  await inOrganisation(services.db, organisationId, (tx) =>
    insertNotifications(tx, organisationId, [
      { id, userId: idOf(analyst), deviceId, reason: "test", state: "queued", queuedAt: services.now() },
    ]),
  );
  await recordReceipt(services, receiptOf(services, organisationId, id), "shown");
}
/** Opens a session on a verified phone that is three hours past its sign-in, so that it is good for alerts only. */
async function stolenPhone() {
  const subscription = push.subscribe();
  const sessionId = await open();
  const deviceId = await keep(sessionId, subscription);
  await verify(deviceId);
  later(3 * hour);
  const ctx = await contextOf(sessionId);
  expect(ctx?.actor).toMatchObject({ alertsOnly: true });
  if (!ctx) throw new Error("signed out");
  return { sessionId, deviceId, subscription, ctx };
}

describe("an API token", () => {
  const scopes = ["read" as const];
  const make = async (sessionId: string, name: string) => {
    const ctx = await contextOf(sessionId);
    if (!ctx) throw new Error("signed out");
    return createToken(ctx, { name, scopes, expiresInDays: 1 });
  };
  const live = async () => (await listOrganisationTokens(admin)).map(({ name }) => name).toSorted();

  it("that was made on a device is revoked when the device is deactivated, by whichever session", async () => {
    const subscription = push.subscribe();
    const first = await open();
    const phone = await keep(first, subscription);
    await make(first, "first");
    await make(await open(), "elsewhere");
    const again = await open();
    expect(await keep(again, subscription)).toBe(phone);
    await make(again, "again");
    await setDeviceActive(admin, phone, false);
    expect(await live()).toEqual(["elsewhere"]);
  });

  it("stays when its device is only removed", async () => {
    const sessionId = await open();
    const phone = await keep(sessionId);
    await make(sessionId, "script");
    await removeDevice(analyst, phone);
    expect(await live()).toEqual(["script"]);
  });
});

describe("a session that is good for alerts only", () => {
  it("renews the subscription of its own device, which keeps its id, its name and its verification", async () => {
    const { sessionId, deviceId } = await stolenPhone();
    const before = await deviceOf(deviceId);
    const renewed = push.subscribe();
    expect(await keep(sessionId, renewed)).toBe(deviceId);
    const after = await deviceOf(deviceId);
    expect(after).toMatchObject({
      name: before?.name,
      lastShownAt: before?.lastShownAt,
      createdAt: before?.createdAt,
      endpointHash: sha256(renewed.endpoint),
      goneAt: null,
    });
    await started.raise("renewed");
    await notifyDue(services);
    expect(push.received.map(({ path }) => path)).toContain(renewed.path);
  });

  it("can't make another device of its person its own", async () => {
    const other = push.subscribe();
    const otherSession = await open();
    const otherId = await keep(otherSession, other);
    const { sessionId, deviceId } = await stolenPhone();
    await expect(keep(sessionId, other)).rejects.toMatchObject({ code: "sign_in_again" });
    expect((await getCurrentPerson(services, sessionId))?.deviceId).toBe(deviceId);
    expect((await deviceOf(otherId))?.endpointHash).toEqual(sha256(other.endpoint));
  });

  it("ends with its device's deactivation, whatever it subscribed to before, and nothing is sent there", async () => {
    const { sessionId, deviceId } = await stolenPhone();
    const attackers = push.subscribe();
    await keep(sessionId, attackers);
    await setDeviceActive(admin, deviceId, false);
    await started.raise("after the deactivation");
    await notifyDue(services);
    expect(push.received).toEqual([]);
    await verify(deviceId);
    expect(await getCurrentPerson(services, sessionId)).toBeNull();
  });
});

describe("deactivating or removing a device", () => {
  it.each<[string, (deviceId: string) => Promise<void>]>([
    ["deactivating", (deviceId) => setDeviceActive(admin, deviceId, false)],
    ["removing", (deviceId) => removeDevice(analyst, deviceId)],
  ])("by %s ends the sessions that were on it before", async (_, end) => {
    const sessionId = await open();
    const first = await keep(sessionId);
    const second = await keep(sessionId);
    expect(second).not.toBe(first);
    await end(first);
    expect(await getCurrentPerson(services, sessionId)).toBeNull();
  });

  it("silences what the ended sessions added, until a new sign-in saves it again", async () => {
    const sessionId = await open();
    const first = await keep(sessionId);
    const subscription = push.subscribe();
    const second = await keep(sessionId, subscription);
    await setDeviceActive(admin, first, false);
    expect((await deviceOf(second))?.goneAt).not.toBeNull();
    expect(await keep(await open(), subscription)).toBe(second);
    expect((await deviceOf(second))?.goneAt).toBeNull();
  });

  it("ends alerts-only sessions on devices that were added later, and no others", async () => {
    const earlier = await open();
    await verify(await keep(earlier));
    later(1_000);
    const lost = await keep(await open());
    later(2_000);
    const added = await open();
    await verify(await keep(added));
    later(3 * hour);
    const laptop = await open();
    await setDeviceActive(admin, lost, false);
    const people = await Promise.all([earlier, added, laptop].map((id) => getCurrentPerson(services, id)));
    expect(people.map((person) => person !== null)).toEqual([true, false, true]);
  });

  it("also counts devices that a replaced session was on", async () => {
    const sessionId = await open();
    const first = await keep(sessionId);
    await keep(sessionId);
    const user = await getUser(services.db, idOf(analyst));
    if (!user) throw new Error("no person");
    const again = await openSession(services, user, analyst.actor.organisationId, "phone", {
      replaces: sessionId,
    });
    await setDeviceActive(admin, first, false);
    expect(await getCurrentPerson(services, again)).toBeNull();
  });
});

it("a person is told of an added device on their other devices, but not on the added one", async () => {
  const known = push.subscribe();
  await keep(await open(), known);
  await notifyDue(services);
  expect(push.received).toEqual([]);
  const added = push.subscribe();
  await keep(await open(), added);
  await notifyDue(services);
  expect(push.received.map(({ path }) => path)).toEqual([known.path]);
  expect(push.received[0]?.payload.notification).toMatchObject({
    title: "A device was added to your account",
    body: expect.stringMatching(/^“.+” gets your alerts now\. If that isn't you, remove it/),
  });
  // saving it again adds nothing
  await keep(await open(), added);
  await notifyDue(services);
  expect(push.received).toHaveLength(1);
});

/** The functions that write to devices, preferences or sessions. */
const writers = [
  "db/queries/alerting/devices.ts",
  "db/queries/alerting/preferences.ts",
  "db/queries/identity/sessions.ts",
].flatMap((path) =>
  [...readFileSync(path, "utf8").matchAll(/^export async function (\w+)/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => !/^(get|list|find|lock)/.test(name)),
);

/** Lists the files of verbs that ask for a permission of alerts-only sessions and write to devices, preferences or sessions. */
function filesOfWeakWriters(): string[] {
  return parseRooms("lib")
    .filter(({ tree }) => {
      const asks = [...find(tree, "CallExpression")].some(
        ([{ callee, arguments: all }]) =>
          nameOf(callee) === "authorise" &&
          alertPermissions.includes((all as { expression: Syntax }[])[1]?.expression.value as never),
      );
      const imported = [...find(tree, "ImportDeclaration")].flatMap(([{ specifiers }]) =>
        (specifiers as { local: Syntax }[]).map(({ local }) => nameOf(local) ?? ""),
      );
      return asks && imported.some((name) => writers.includes(name));
    })
    .map(({ path }) => path)
    .toSorted();
}

describe("after the deactivation, with what an alerts-only request had read before", () => {
  /** For each file: a try with the context of the stolen session, and what it must answer. */
  const tries: Record<string, (phone: Awaited<ReturnType<typeof stolenPhone>>) => Promise<void>> = {
    "lib/alerting/devices/save.ts": async ({ ctx, sessionId, subscription }) => {
      for (const target of [subscription, push.subscribe()])
        await expect(keepPhone(ctx, target, sha256(sessionId))).rejects.toMatchObject({
          code: "device_deactivated",
        });
      await expect(keepPhone(ctx, push.subscribe(), null)).rejects.toMatchObject({ code: "sign_in_again" });
    },
    "lib/alerting/devices/report-permission.ts": ({ ctx, sessionId }) =>
      reportDevice(ctx, "denied", sha256(sessionId)),
  };

  it("every verb is tried that such a session may call and that writes to devices, preferences or sessions", () => {
    expect(filesOfWeakWriters()).toEqual(Object.keys(tries).toSorted());
  });

  it.each(Object.keys(tries))("%s changes nothing", async (file) => {
    const phone = await stolenPhone();
    await setDeviceActive(admin, phone.deviceId, false);
    const snapshot = async () =>
      JSON.stringify([
        await started.execute("select * from devices order by id"),
        await started.execute("select * from notification_preferences order by user_id"),
        await services.db.execute("select * from sessions order by id_hash"),
      ]);
    const before = await snapshot();
    await tries[file]?.(phone);
    expect(await snapshot()).toBe(before);
    expect(await switchOrganisation(services, phone.sessionId, admin.actor.organisationId)).toBe("foreign");
    expect(await getCurrentPerson(services, phone.sessionId)).toBeNull();
  });
});
