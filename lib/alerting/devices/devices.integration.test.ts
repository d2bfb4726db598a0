import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { updateDevice } from "#db/queries/alerting/devices.ts";
import { setSessionDevice } from "#db/queries/identity/sessions.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { startNotifying } from "#test/notifying.ts";
import { notifyDue } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { getCurrentPerson, signOut } from "#lib/identity/sessions/current.ts";
import { openSession } from "#lib/identity/sessions/sign-in.ts";
import { editConfiguration } from "#lib/sources/configurations/change.ts";
import { listVendorConfigurations } from "#lib/sources/configurations/list.ts";
import { getDetection } from "#lib/triage/get.ts";
import { listDevices } from "./list.ts";
import { getReachability } from "./reachability.ts";
import { removeDevice } from "./remove.ts";
import { sealAt } from "#lib/core/sealing.ts";
import { pushSubscriptionSealContext } from "./seal-context.ts";
import { renameDevice } from "./rename.ts";
import { reportDevice } from "./report-permission.ts";
import { testDevice } from "./send-test.ts";
import { setDeviceActive } from "./set-active.ts";

const started = await startNotifying();
const { push, admin, analyst, addDevice, raise } = started;
const { services } = started.stack;
beforeEach(started.reset);
afterAll(started.stop);

/** Signs a person in and returns the session's id. */
function signIn(ctx: Context, userAgent = "test"): Promise<string> {
  const { userId, organisationId, name } = ctx.actor as Extract<Context["actor"], { kind: "user" }>;
  const user = { id: userId, displayName: name } as Parameters<typeof openSession>[1];
  return openSession(services, user, organisationId, userAgent);
}

describe("a device", () => {
  it("is the same for whoever is signed in, but gets only that person's alerts", async () => {
    const device = await addDevice(admin);
    await addDevice(analyst, device);
    expect(await listDevices(admin)).toEqual([]);
    expect(await listDevices(analyst)).toMatchObject([{ id: device.id }]);
  });

  it("can be renamed and removed only by its person", async () => {
    const { id } = await addDevice(analyst);
    await expect(renameDevice(admin, id, "Mine")).rejects.toMatchObject({ code: "not_found" });
    await expect(removeDevice(admin, id)).rejects.toMatchObject({ code: "not_found" });
    // an admin may test whether it can be reached
    await testDevice(admin, id);
    await renameDevice(analyst, id, "  Night phone ");
    expect(await listDevices(analyst)).toMatchObject([{ name: "Night phone" }]);
  });

  it("gets nothing after its person signed out there, until they sign in again", async () => {
    const device = push.subscribe();
    const sessionId = await signIn(analyst);
    const { id } = await addDevice(analyst, device, sha256(sessionId));
    await signOut(services, sessionId);
    expect(await listDevices(analyst)).toMatchObject([{ id, isGone: true }]);
    await raise("signed-out");
    await notifyDue(services);
    expect(push.received).toEqual([]);
    expect((await addDevice(analyst, device)).id).toBe(id);
    expect(await listDevices(analyst)).toMatchObject([{ id, isGone: false }]);
  });

  it("that an admin deactivated gets nothing, and can't be removed or added until it is activated", async () => {
    const device = await addDevice(analyst);
    await raise("deactivated-1");
    expect(await started.decideDue()).toBe(1);
    const sessions = [await signIn(analyst), await signIn(analyst, "elsewhere")];
    await addDevice(analyst, device, sha256(sessions[0] ?? ""));
    await setDeviceActive(admin, device.id, false);
    // the session there ends, and no other of theirs
    const people = await Promise.all(sessions.map((id) => getCurrentPerson(services, id)));
    expect(people.map((person) => person !== null)).toEqual([false, true]);
    await notifyDue(services);
    expect(push.received).toEqual([]);
    await expect(addDevice(analyst, device)).rejects.toThrow("Device deactivated");
    await expect(removeDevice(analyst, device.id)).rejects.toThrow("Device deactivated");
    await expect(testDevice(analyst, device.id)).rejects.toMatchObject({ code: "conflict" });
    await expect(setDeviceActive(analyst, device.id, true)).rejects.toMatchObject({ code: "forbidden" });
    const { people: team } = await getReachability(admin);
    expect(team.flatMap(({ devices }) => devices)).toMatchObject([{ id: device.id, isDeactivated: true }]);
    await setDeviceActive(admin, device.id, true);
    await testDevice(analyst, device.id);
    await notifyDue(services);
    expect(push.received).toHaveLength(1);
  });

  it.each([
    "http://localhost/x",
    "https://evil.example/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://fcm.googleapis.com:8443/x",
    "https://user@fcm.googleapis.com/x",
    "https://169.254.169.254/latest",
    "no address",
  ])("can't have the endpoint %s", async (endpoint) => {
    await expect(addDevice(analyst, { ...push.subscribe(), endpoint })).rejects.toMatchObject({
      code: "invalid",
    });
  });
});

describe("a browser whose key can't encrypt", () => {
  const offCurve = (key: string) => {
    const bytes = Buffer.from(key, "base64url");
    bytes[64] = (bytes[64] ?? 0) ^ 1;
    return bytes.toString("base64url");
  };

  it("is refused when it is added", async () => {
    const target = push.subscribe();
    const keys = { ...target.keys, p256dh: offCurve(target.keys.p256dh) };
    await expect(addDevice(analyst, { ...target, keys })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("nothing can be encrypted") as unknown,
    });
    expect(await listDevices(analyst)).toEqual([]);
  });

  it("that an earlier version saved fails at the first attempt, and counts as gone", async () => {
    const { id, ...target } = await addDevice(analyst);
    const keys = { ...target.keys, p256dh: offCurve(target.keys.p256dh) };
    const { organisationId } = analyst.actor;
    await inOrganisation(services.db, organisationId, async (tx) => {
      const sealed = await sealAt(
        services,
        tx,
        pushSubscriptionSealContext(organisationId, id),
        JSON.stringify({ endpoint: target.endpoint, keys }),
      );
      await updateDevice(tx, organisationId, id, { pushSubscriptionSealed: sealed });
    });
    const detection = await raise("unencryptable");
    await notifyDue(services);
    expect(push.received).toEqual([]);
    expect(await started.dueInSeconds("web_push")).toEqual([]);
    expect(await started.recipientsOf(detection)).toMatchObject([
      { state: "failed", problem: expect.stringContaining("Nothing can be encrypted") as unknown },
    ]);
    expect(await listDevices(analyst)).toMatchObject([{ id, isGone: true }]);
  });
});

it("Readiness names the configurations whose secret has no expiry date, until one is entered", async () => {
  const [standing] = await listVendorConfigurations(admin);
  const { id, displayName } = standing ?? { id: "", displayName: "" };
  expect((await getReachability(admin)).unknownExpiries).toEqual([
    { configurationId: id, names: [displayName] },
  ]);
  const edit = { displayName, pollIntervalSeconds: 60 };
  await editConfiguration(admin, id, { ...edit, secretExpiresOn: "2031-01-01" });
  expect((await getReachability(admin)).unknownExpiries).toEqual([]);
});

describe("a browser that blocks notifications", () => {
  /** Saves a device for the person, and opens a session for it. */
  async function openOn(ctx: Context, subscription = push.subscribe()) {
    const sessionHash = sha256(await signIn(ctx));
    const { id } = await addDevice(ctx, subscription, sessionHash);
    return { id, subscription, sessionHash };
  }

  it("gets nothing, is listed as blocked, and works again once it allows them", async () => {
    const { id, subscription, sessionHash } = await openOn(analyst);
    for (const permission of ["denied", "default"] as const) {
      await reportDevice(analyst, permission, sessionHash);
      expect(await listDevices(analyst)).toMatchObject([{ id, permission }]);
      const team = (await getReachability(admin)).people.flatMap(({ devices }) => devices);
      expect(team).toMatchObject([{ id, permission }]);
      await expect(testDevice(analyst, id)).rejects.toMatchObject({ code: "conflict" });
      const nobody = await raise(`blocked-${permission}`);
      await notifyDue(services);
      expect((await getDetection(admin, nobody)).timeline[0]?.text).toContain("Nobody was notified");
      expect(push.received).toEqual([]);
    }
    expect((await addDevice(analyst, subscription, sessionHash)).id).toBe(id);
    await raise("allowed");
    await notifyDue(services);
    expect(push.received).toHaveLength(1);
  });

  it("is gone without a subscription until it has a new one", async () => {
    const { id, subscription, sessionHash } = await openOn(analyst);
    await reportDevice(analyst, "granted", sessionHash);
    expect(await listDevices(analyst)).toMatchObject([{ id, isGone: true }]);
    await addDevice(analyst, subscription, sessionHash);
    expect(await listDevices(analyst)).toMatchObject([{ id, isGone: false }]);
  });

  it("can't report for another person's device, nor anything but a permission", async () => {
    const { id } = await openOn(analyst);
    const { sessionHash } = await openOn(admin);
    await setSessionDevice(services.db, sessionHash, id);
    await reportDevice(admin, "denied", sessionHash);
    expect(await listDevices(analyst)).toMatchObject([{ id, permission: "granted" }]);
    for (const bad of ["", "Denied", null, { permission: "denied" }])
      await expect(reportDevice(admin, bad, sessionHash)).rejects.toMatchObject({ code: "invalid" });
  });
});
