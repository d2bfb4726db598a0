import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { endDeviceAt } from "#db/queries/alerting/devices.ts";
import { inOrganisation } from "#db/client.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import { getUser, putMembership } from "#db/queries/identity/people.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import { keepPhone, someSubscription } from "#test/phones.ts";
import { startTestStack, tenantId, type TestStack } from "#test/stack.ts";
import { feed } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { listDevices } from "#lib/alerting/devices/list.ts";
import { removeDevice } from "#lib/alerting/devices/remove.ts";
import { setDeviceActive } from "#lib/alerting/devices/set-active.ts";
import { currentVapidKey, ensureVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { receiptOf, recordReceipt } from "#lib/alerting/delivery/receipt.ts";
import { createOrganisation } from "../organisations/create.ts";
import { removeMember } from "../team/members.ts";
import { createToken } from "../api-tokens/create.ts";
import { actorOf, getCurrentPerson, signOut, switchOrganisation } from "./current.ts";
import { alertsSessionEndsAt, listLiveSessions, wasDeactivated } from "./live.ts";
import { openSession, signIn } from "./sign-in.ts";

let stack: TestStack;
let admin: Context;
let analyst: Context;
let publicKey = "";
let laterMs = 0;
const minute = 60_000;
const day = 1_440 * minute;

beforeAll(async () => {
  stack = await startTestStack();
  stack.services.now = () => new Date(Date.now() + laterMs);
  stack.services.webPush = { ...stack.services.webPush, subject: "mailto:soc@contoso.com" };
  await ensureVapidKey(stack.services);
  publicKey = (await currentVapidKey(stack.services))?.publicKey ?? "";
  admin = await stack.asMember("admin");
});
beforeEach(async () => {
  laterMs = 0;
  analyst = await stack.asMember("analyst", admin.actor.organisationId);
});
afterAll(() => stack.stop());

const idOf = ({ actor }: Context) => (actor.kind === "user" ? actor.userId : "");
const who = (sessionId: string) => getCurrentPerson(stack.services, sessionId);
const reach = async (sessionId: string) => {
  const person = await who(sessionId);
  const streams = await listLiveSessions(stack.services, [sha256(sessionId)]);
  // pages and streams must agree
  expect(streams.size).toBe(person ? 1 : 0);
  return person && (person.alertsOnly ? "alerts" : "everything");
};
const some = () => someSubscription(publicKey);
const later = (ms: number) => (laterMs = ms);

/** Opens a session and registers the session's browser as a device. */
async function openPhone(ctx: Context, subscription = some()) {
  const user = await getUser(stack.services.db, idOf(ctx));
  if (!user) throw new Error("no person");
  const sessionId = await openSession(stack.services, user, ctx.actor.organisationId, "phone");
  return { sessionId, deviceId: await keepPhone(ctx, subscription, sha256(sessionId)), subscription };
}
/** Records that the device showed a notification, which verifies the device. */
async function prove(ctx: Context, deviceId: string): Promise<void> {
  const { organisationId } = ctx.actor;
  const id = newId();
  await inOrganisation(stack.services.db, organisationId, (tx) =>
    insertNotifications(tx, organisationId, [
      {
        id,
        detectionId: null,
        userId: idOf(ctx),
        deviceId,
        reason: "test",
        state: "queued",
        groupedInto: null,
        queuedAt: stack.services.now(),
      },
    ]),
  );
  expect(await recordReceipt(stack.services, receiptOf(stack.services, organisationId, id), "shown")).toBe(
    true,
  );
}
async function provedPhone(ctx: Context) {
  const phone = await openPhone(ctx);
  await prove(ctx, phone.deviceId);
  return phone;
}
async function contextOf(sessionId: string): Promise<Context> {
  const person = await who(sessionId);
  const actor = person && actorOf(person);
  if (!actor) throw new Error("signed out");
  return { services: stack.services, actor };
}

describe("a session on a verified phone", () => {
  it("is valid for alerts for 7 days after sign-in, and reading restores nothing more", async () => {
    const { sessionId } = await provedPhone(analyst);
    later(29 * minute);
    expect(await reach(sessionId)).toBe("everything");
    later(60 * minute);
    for (let minutes = 60; minutes < 90; minutes += 10) {
      later(minutes * minute);
      expect(await reach(sessionId)).toBe("alerts");
    }
    later(7 * day - minute);
    expect(await reach(sessionId)).toBe("alerts");
    later(7 * day);
    expect(await reach(sessionId)).toBeNull();
  });

  it("allows reading, acknowledging and status changes, and nothing else", async () => {
    const { sessionId } = await provedPhone(admin);
    later(day);
    const ctx = await contextOf(sessionId);
    expect((await feed(ctx)).items).toEqual([]);
    const id = newId();
    expect(await acknowledgeDetections(ctx, [id])).toMatchObject([{ outcome: "not_found" }]);
    const change = { to: "resolved", note: "Looked at it.", items: [{ id, expected: "active" }] };
    expect(await setDetectionStatus(ctx, change)).toMatchObject([{ code: "not_found" }]);
    for (const verb of [
      () => listDevices(ctx),
      () => removeDevice(ctx, newId()),
      () => setDeviceActive(ctx, newId(), false),
      () => removeMember(ctx, { userId: idOf(analyst) }),
      () => createToken(ctx, { name: "Mine", scopes: ["read"], expiresInDays: 1 }),
    ])
      await expect(verb()).rejects.toMatchObject({ code: "sign_in_again" });
  });

  it("requires that the phone was verified within 7 days", async () => {
    const { sessionId } = await openPhone(analyst);
    const early = await provedPhone(await stack.asMember("analyst", admin.actor.organisationId));
    later(3 * day);
    expect(await reach(sessionId)).toBeNull();
    // the same device signs in again on the third day; its verification is seven days old on the seventh
    const user = await getUser(stack.services.db, (await who(early.sessionId))?.userId ?? "");
    if (!user) throw new Error("no person");
    const again = await openSession(stack.services, user, admin.actor.organisationId, "phone", {
      replaces: early.sessionId,
    });
    later(7 * day - minute);
    expect(await reach(again)).toBe("alerts");
    later(7 * day);
    expect(await reach(again)).toBeNull();
  });

  it.each<[string, (phone: Awaited<ReturnType<typeof openPhone>>) => Promise<unknown>]>([
    ["an admin deactivates the device", ({ deviceId }) => setDeviceActive(admin, deviceId, false)],
    ["its person removes the device elsewhere", ({ deviceId }) => removeDevice(analyst, deviceId)],
    ["its person is taken out of the team", () => removeMember(admin, { userId: idOf(analyst) })],
    ["its person signs out there", ({ sessionId }) => signOut(stack.services, sessionId)],
    [
      "the push service knows the device no more",
      ({ subscription }) =>
        inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
          endDeviceAt(
            tx,
            admin.actor.organisationId,
            idOf(analyst),
            sha256(subscription.endpoint),
            stack.services.now(),
          ),
        ),
    ],
    [
      "another person's notifications come there",
      async ({ subscription }) => {
        await openPhone(admin, subscription);
      },
    ],
  ])("ends at once when %s", async (_, end) => {
    const phone = await provedPhone(analyst);
    later(day);
    expect(await reach(phone.sessionId)).toBe("alerts");
    await end(phone);
    expect(await reach(phone.sessionId)).toBeNull();
  });

  it("stays open for a person who removes the device it is open on, until it times out", async () => {
    const { sessionId, deviceId } = await provedPhone(analyst);
    await removeDevice(analyst, deviceId, sha256(sessionId));
    expect(await reach(sessionId)).toBe("everything");
    later(31 * minute);
    expect(await reach(sessionId)).toBeNull();
  });

  it("reports that its device was deactivated, and only then", async () => {
    const phone = await provedPhone(analyst);
    const isReported = () => wasDeactivated(stack.services, sha256(phone.sessionId));
    expect(await isReported()).toBe(false);
    await setDeviceActive(admin, phone.deviceId, false);
    expect(await isReported()).toBe(true);
    await setDeviceActive(admin, phone.deviceId, true);
    expect(await isReported()).toBe(false);
    // a revoked session stays revoked
    expect(await reach(phone.sessionId)).toBeNull();
  });

  it("keeps its cookie for 7 days, unlike other sessions", async () => {
    const unproved = await openPhone(analyst);
    expect(await alertsSessionEndsAt(stack.services, sha256(unproved.sessionId))).toBeNull();
    await prove(analyst, unproved.deviceId);
    const endsAt = await alertsSessionEndsAt(stack.services, sha256(unproved.sessionId));
    const leftMs = (endsAt?.getTime() ?? 0) - Date.now();
    expect([leftMs > 7 * day - minute, leftMs <= 7 * day]).toEqual([true, true]);
  });
});

describe("signing in again on a phone", () => {
  it("revokes the previous session, and the new one takes over the device", async () => {
    const { sessionId, deviceId } = await provedPhone(analyst);
    later(day);
    const user = await getUser(stack.services.db, idOf(analyst));
    if (!user) throw new Error("no person");
    const again = await openSession(stack.services, user, admin.actor.organisationId, "phone", {
      replaces: sessionId,
    });
    expect([await reach(sessionId), await reach(again)]).toEqual([null, "everything"]);
    expect((await who(again))?.deviceId).toBe(deviceId);
    later(2 * day);
    expect(await reach(again)).toBe("alerts");
  });

  it("revokes another person's session too, but doesn't take over the device", async () => {
    const { sessionId } = await provedPhone(analyst);
    const { sessionId: other } = await signIn(
      stack.services,
      { directoryId: tenantId, objectId: newId(), signInName: "other@contoso.example", displayName: "Other" },
      { userAgent: "phone", firstAdminToken: null, replaces: sessionId },
    );
    expect(await reach(sessionId)).toBeNull();
    expect((await who(other))?.deviceId).toBeNull();
  });

  it("opens the organisation that was open before", async () => {
    const second = await createOrganisation(stack.services, {
      name: "Two",
      directoryId: tenantId,
      firstAdmin: null,
    });
    const user = await getUser(stack.services.db, idOf(analyst));
    if (!user) throw new Error("no person");
    await inOrganisation(stack.services.db, second, (tx) => putMembership(tx, second, user.id, "viewer"));
    const enter = (replaces: string | null) =>
      signIn(stack.services, user, { userAgent: "", firstAdminToken: null, replaces });
    const { sessionId } = await enter(null);
    const organisations = (await who(sessionId))?.organisationIds ?? [];
    for (const organisationId of organisations) {
      expect(await switchOrganisation(stack.services, sessionId, organisationId)).toBe("done");
      expect((await who(sessionId))?.membership?.organisationId).toBe(organisationId);
    }
    const last = organisations.at(-1);
    const again = await enter(sessionId);
    expect((await who(again.sessionId))?.membership?.organisationId).toBe(last);
  });

  it("marks the earlier device as gone if the browser lost its subscription", async () => {
    const phone = await provedPhone(analyst);
    const other = await keepPhone(analyst, some(), sha256(phone.sessionId));
    const devices = await listDevices(analyst);
    expect(Object.fromEntries(devices.map(({ id, isGone }) => [id, isGone]))).toEqual({
      [phone.deviceId]: true,
      [other]: false,
    });
  });
});

describe("switching organisations on a phone that is signed in for alerts", () => {
  it("requires that the device is verified there too", async () => {
    const second = await stack.asMember("admin");
    const { organisationId } = second.actor;
    await inOrganisation(stack.services.db, organisationId, (tx) =>
      putMembership(tx, organisationId, idOf(analyst), "viewer"),
    );
    const there: Context = {
      services: stack.services,
      actor: { kind: "user", userId: idOf(analyst), name: "Some analyst", role: "viewer", organisationId },
    };
    const phone = await provedPhone(analyst);
    later(31 * minute);
    const change = (to: string) => switchOrganisation(stack.services, phone.sessionId, to);
    expect(await change(organisationId)).toBe("sign_in_again");
    expect(await reach(phone.sessionId)).toBe("alerts");
    later(0);
    expect(await change(organisationId)).toBe("done");
    const deviceId = await keepPhone(there, phone.subscription, sha256(phone.sessionId));
    await prove(there, deviceId);
    expect(await change(admin.actor.organisationId)).toBe("done");
    expect((await who(phone.sessionId))?.deviceId).toBe(phone.deviceId);
    later(31 * minute);
    expect(await change(organisationId)).toBe("done");
    expect((await who(phone.sessionId))?.deviceId).toBe(deviceId);
    await setDeviceActive(second, deviceId, false);
    expect(await reach(phone.sessionId)).toBeNull();
  });
});
