import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { getUser } from "#db/queries/identity/people.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { Context } from "#lib/core/context.ts";
import { ensureVapidKey, currentVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { removeDevice } from "#lib/alerting/devices/remove.ts";
import { setDeviceActive } from "#lib/alerting/devices/set-active.ts";
import { createToken } from "#lib/identity/api-tokens/create.ts";
import { findToken } from "#lib/identity/api-tokens/find.ts";
import { revokeToken } from "#lib/identity/api-tokens/revoke.ts";
import { actorOf, getCurrentPerson, signOut } from "#lib/identity/sessions/current.ts";
import { openSession } from "#lib/identity/sessions/sign-in.ts";
import { changeRole, removeMember } from "#lib/identity/team/members.ts";
import { keepPhone, someSubscription } from "#test/phones.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, pollNow, save, sendDue } from "#test/steps.ts";
import { getDetection } from "./get.ts";
import { setDetectionStatus } from "./set-status.ts";

let stack: TestStack;
let admin: Context;
let analyst: Context;
let detectionId = "";
let publicKey = "";
beforeAll(async () => {
  stack = await startTestStack();
  stack.services.webPush = { ...stack.services.webPush, subject: "mailto:soc@contoso.com" };
  await ensureVapidKey(stack.services);
  publicKey = (await currentVapidKey(stack.services))?.publicKey ?? "";
});
afterAll(() => stack.stop());
beforeEach(async () => {
  await stack.services.db.execute("delete from poll_targets");
  await stack.control("POST", "/reset");
  stack.services.undoWindowMs = 60_000;
  admin = await stack.asMember("admin");
  analyst = await stack.asMember("analyst", admin.actor.organisationId);
  await save(admin, formValues);
  await pollNow(stack.services);
  detectionId = (await feed(admin)).items.find(({ status }) => status === "active")?.id ?? "";
  await stack.control("DELETE", "/requests");
});

const idOf = ({ actor }: Context) => (actor.kind === "user" ? actor.userId : "");
/** Requests the status Resolved for the detection. It can be undone for a minute. */
async function ask(ctx: Context): Promise<void> {
  const items = [{ id: detectionId, expected: "active" }];
  expect(await setDetectionStatus(ctx, { items, to: "resolved", note: "Looked at it." })).toMatchObject([
    { outcome: "held" },
  ]);
}
const writes = async () =>
  ((await stack.control("GET", "/requests")) as { method: string }[]).filter(
    ({ method }) => method === "POST",
  );
const makeDue = () => stack.asOwner("update outbox set due_at = now(), leased_until = null");

async function sessionOf(ctx: Context, hasDevice = true) {
  const user = await getUser(stack.services.db, idOf(ctx));
  if (!user) throw new Error("no person");
  const sessionId = await openSession(stack.services, user, ctx.actor.organisationId, "phone");
  const deviceId = hasDevice ? await keepPhone(ctx, someSubscription(publicKey), sha256(sessionId)) : "";
  const person = await getCurrentPerson(stack.services, sessionId);
  const actor = person && actorOf(person);
  if (!actor) throw new Error("signed out");
  return { sessionId, deviceId, ctx: { services: stack.services, actor } };
}
async function tokenOf(ctx: Context) {
  const { id, text } = await createToken(ctx, { name: "Script", scopes: ["triage"], expiresInDays: 7 });
  const actor = await findToken(stack.services, text);
  if (!actor) throw new Error("no token");
  return { id, ctx: { services: stack.services, actor } };
}

/** Prepares a requester. Returns their context and the function that takes their access away. */
const ways: [string, () => Promise<{ ctx: Context; take: () => Promise<void> }>][] = [
  ["was removed", async () => ({ ctx: analyst, take: () => removeMember(admin, { userId: idOf(analyst) }) })],
  [
    "became a viewer",
    async () => ({ ctx: analyst, take: () => changeRole(admin, { userId: idOf(analyst), role: "viewer" }) }),
  ],
  [
    "asked with a token that was revoked",
    async () => {
      const { id, ctx } = await tokenOf(analyst);
      return { ctx, take: () => revokeToken(admin, id) };
    },
  ],
  [
    "asked on a device that was deactivated",
    async () => {
      const { deviceId, ctx } = await sessionOf(analyst);
      return { ctx, take: () => setDeviceActive(admin, deviceId, false) };
    },
  ],
  [
    "asked on a device that they removed elsewhere",
    async () => {
      const { deviceId, ctx } = await sessionOf(analyst);
      return { ctx, take: () => removeDevice(analyst, deviceId) };
    },
  ],
];

describe("a status change isn't sent if the person", () => {
  it.each(ways)("%s, and ends at once, before Undo is over", async (_, prepare) => {
    const { ctx, take } = await prepare();
    await ask(ctx);
    await take();
    expect(await sendDue(stack.services)).toBe(1);
    expect(await writes()).toEqual([]);
    const detection = await getDetection(admin, detectionId);
    expect(detection).toMatchObject({ status: "active", pendingStatus: null, syncState: "failed" });
    expect(detection.stateSentence).toContain("may not change alerts any more, so nothing was sent");
  });

  it.each(ways)("%s between two attempts", async (_, prepare) => {
    const { ctx, take } = await prepare();
    await ask(ctx);
    await makeDue();
    await stack.control("POST", "/faults", { target: "status", kind: "503", times: 1 });
    await sendDue(stack.services);
    expect(await getDetection(admin, detectionId)).toMatchObject({ syncState: "sending" });
    const before = await writes();
    expect(before).toHaveLength(1);
    await take();
    expect(await sendDue(stack.services)).toBe(1);
    expect(await writes()).toEqual(before);
    const detection = await getDetection(admin, detectionId);
    expect(detection).toMatchObject({ status: "active", syncState: "failed" });
    expect(detection.stateSentence).toContain("so PocketSOC doesn't try again");
  });
});

describe("a status change is sent although the person", () => {
  const allowed: [string, () => Promise<void>][] = [
    ["kept their role", () => ask(analyst)],
    [
      "signed out",
      async () => {
        const { sessionId, ctx } = await sessionOf(analyst, false);
        await ask(ctx);
        await signOut(stack.services, sessionId);
      },
    ],
    [
      "became an admin",
      async () => {
        await ask(analyst);
        await changeRole(admin, { userId: idOf(analyst), role: "admin" });
      },
    ],
    [
      "revoked another token",
      async () => {
        const { ctx } = await tokenOf(analyst);
        await ask(ctx);
        await revokeToken(analyst, (await tokenOf(analyst)).id);
      },
    ],
    [
      "had another device deactivated",
      async () => {
        const { ctx } = await sessionOf(analyst, false);
        const { deviceId } = await sessionOf(analyst);
        await ask(ctx);
        await setDeviceActive(admin, deviceId, false);
      },
    ],
    [
      "asked of an earlier version, which stored only the person",
      async () => {
        await ask(analyst);
        await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
          tx.execute("update changes set requester = null"),
        );
      },
    ],
  ];
  it.each(allowed)("%s, once Undo is over", async (_, act) => {
    await act();
    expect(await sendDue(stack.services)).toBe(0);
    await makeDue();
    expect(await sendDue(stack.services)).toBe(1);
    expect(await getDetection(admin, detectionId)).toMatchObject({
      status: "resolved",
      syncState: "confirmed",
    });
  });
});
