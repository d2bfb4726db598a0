import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { getUser } from "#db/queries/identity/people.ts";
import { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { setDeviceActive } from "#lib/alerting/devices/set-active.ts";
import { testDevice } from "#lib/alerting/devices/send-test.ts";
import { createToken } from "#lib/identity/api-tokens/create.ts";
import { findToken } from "#lib/identity/api-tokens/find.ts";
import { revokeToken } from "#lib/identity/api-tokens/revoke.ts";
import { actorOf, getCurrentPerson, signOut } from "#lib/identity/sessions/current.ts";
import { openSession } from "#lib/identity/sessions/sign-in.ts";
import { changeRole, removeMember } from "#lib/identity/team/members.ts";
import { listDeliveries } from "#lib/ingest/deliveries/list.ts";
import { replayDelivery } from "#lib/ingest/deliveries/replay.ts";
import { saveConfiguration } from "#lib/sources/configurations/save.ts";
import { startNotifying } from "#test/notifying.ts";
import { keepPhone } from "#test/phones.ts";
import { development, formValues } from "#test/stack.ts";
import { notifyDue, signal } from "#test/steps.ts";
import { mergeAll } from "#test/webhook-bodies.ts";
import type { Context } from "./context.ts";
import { reauthorise } from "./requester.ts";

const started = await startNotifying();
const { push, admin, stack } = started;
const { services } = stack;
let second: Context;
beforeEach(async () => {
  await started.reset();
  second = await stack.asMember("admin", admin.actor.organisationId);
});
afterAll(started.stop);

const hour = 3_600_000;
const idOf = ({ actor }: Context) => (actor.kind === "user" ? actor.userId : "");

/** Signs the second admin in on a device. */
async function onDevice(subscription = push.subscribe()) {
  const user = await getUser(services.db, idOf(second));
  if (!user) throw new Error("no person");
  const sessionId = await openSession(services, user, second.actor.organisationId, "phone");
  const deviceId = await keepPhone(second, subscription, sha256(sessionId));
  const person = await getCurrentPerson(services, sessionId);
  const actor = person && actorOf(person);
  if (!actor) throw new Error("signed out");
  const ctx: Context = { services, actor };
  return { sessionId, deviceId, ctx };
}

const takes: [string, (phone: Awaited<ReturnType<typeof onDevice>>) => Promise<void>][] = [
  ["is removed", () => removeMember(admin, { userId: idOf(second) })],
  ["becomes a viewer", () => changeRole(admin, { userId: idOf(second), role: "viewer" })],
  ["has their device deactivated", ({ deviceId }) => setDeviceActive(admin, deviceId, false)],
];

describe("nothing is done in the name of a person who meanwhile", () => {
  it.each(takes)("%s: a replay leaves the delivery as it was", async (how, take) => {
    await started.raise(`replay-${how.length}`);
    const newest = async () => (await listDeliveries(admin, DeliveryQuery.parse({}), null)).items[0];
    const before = await newest();
    const phone = await onDevice();
    await replayDelivery(phone.ctx, before?.id);
    await take(phone);
    await mergeAll(services);
    expect(await newest()).toEqual(before);
    const left = await services.db.execute("select 1 from inbox");
    expect(left).toHaveLength(0);
    expect(stack.logged.join("\n")).toContain("delivery.replay_barred");
  });

  it.each(takes)("%s: a test notification isn't sent", async (_, take) => {
    const target = push.subscribe();
    const { id } = await started.addDevice(admin, target);
    const phone = await onDevice();
    await testDevice(phone.ctx, id);
    await take(phone);
    push.received.length = 0;
    await notifyDue(services);
    expect(push.received.filter(({ path }) => path === target.path)).toEqual([]);
  });

  it.each(takes)("%s: a check that they started saves nothing", async (how, take) => {
    const phone = await onDevice();
    const run = saveConfiguration(
      phone.ctx,
      { ...formValues, displayName: `Late: ${how}`, subscriptionIds: development },
      { saveAsDisabled: true, signal },
    );
    const attempt = async () => {
      let isTaken = false;
      for await (const event of run) {
        if (event.type === "saved") throw new Error("saved");
        if (!isTaken) await take(phone);
        isTaken = true;
      }
    };
    await expect(attempt()).rejects.toMatchObject({
      code: expect.stringMatching(/^(forbidden|unauthenticated)$/),
    });
  });
});

describe("at the end of long work", () => {
  const check = (ctx: Context, permission: Parameters<typeof reauthorise>[2] = "settings.manage") =>
    inOrganisation(services.db, ctx.actor.organisationId, (tx) => reauthorise(ctx, tx, permission));

  it("a live session with the role is let through, and PocketSOC itself is", async () => {
    const { ctx } = await onDevice();
    await expect(check(ctx)).resolves.toBeUndefined();
    const { organisationId } = admin.actor;
    const program = { services, actor: { kind: "system", name: "PocketSOC", organisationId } } as const;
    await expect(check(program)).resolves.toBeUndefined();
  });

  it("a session that ended is refused", async () => {
    const { ctx, sessionId } = await onDevice();
    await signOut(services, sessionId);
    await expect(check(ctx)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("a session that timed out is refused", async () => {
    const { ctx } = await onDevice();
    started.clock.laterMs = hour;
    await expect(check(ctx)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("a session that is good for alerts only is refused, but for alerts", async () => {
    const { ctx, deviceId } = await onDevice();
    await started.execute(`update devices set last_shown_at = now() where id = '${deviceId}'`);
    started.clock.laterMs = hour;
    await expect(check(ctx)).rejects.toMatchObject({ code: "sign_in_again" });
    await check(ctx, "detections.triage");
  });

  it("a token that was revoked or expired, or lacks the scope, is refused", async () => {
    const { id, text } = await createToken(second, { name: "Script", scopes: ["triage"], expiresInDays: 1 });
    const actor = await findToken(services, text);
    if (!actor) throw new Error("no token");
    const ctx: Context = { services, actor };
    await check(ctx, "detections.triage");
    await expect(check(ctx)).rejects.toMatchObject({ code: "forbidden" });
    started.clock.laterMs = 25 * hour;
    await expect(check(ctx, "detections.triage")).rejects.toMatchObject({ code: "forbidden" });
    started.clock.laterMs = 0;
    await revokeToken(second, id);
    await expect(check(ctx, "detections.triage")).rejects.toMatchObject({ code: "forbidden" });
  });
});
