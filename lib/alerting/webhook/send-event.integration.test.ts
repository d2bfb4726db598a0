import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { confirmationWord } from "#lib/domain/confirmation.ts";
import { defaultPolicy } from "#lib/domain/notification-policy.ts";
import { newId } from "#lib/platform/ids.ts";
import { startOutgoing } from "#test/outgoing.ts";
import { formValues } from "#test/stack.ts";
import { notifyDue, postDue, save, signal } from "#test/steps.ts";
import { deleteConfiguration } from "#lib/sources/configurations/delete.ts";
import type { Context } from "#lib/core/context.ts";
import { changeRole, removeMember } from "#lib/identity/team/members.ts";
import { deleteConfigurationRowsOf } from "#lib/triage/delete-configuration-rows.ts";
import { setNotificationPolicy } from "../preferences/set-policy.ts";
import { changeOutgoingWebhook } from "./change.ts";
import { getOutgoingWebhook } from "./get.ts";
import { listOutgoingDeliveries } from "./list-deliveries.ts";
import { sendOutgoingAgain } from "./send-again.ts";
import { leaseOutgoing } from "./send-event.ts";
import { testOutgoingWebhook } from "./send-test.ts";

const started = await startOutgoing();
const { receiver, clock, admin, configurationId, settings, raise, queue, makeDue } = started;
const { expireLeases, dueInSeconds, outcomes, verified, audited } = started;
const { services } = started.stack;
beforeEach(started.reset);
afterAll(started.stop);

describe("the outgoing webhook", () => {
  it("gets one signed event for a new alert", async () => {
    const id = await raise("posted-1");
    await postDue(services);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]).toMatchObject({
      path: "/in?key=theirs",
      headers: { "content-type": "application/json", host: receiver.host },
    });
    expect(verified()).toEqual({
      type: "detection.raised",
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: {
        id,
        url: `http://localhost:3000/detections/${id}`,
        severity: "high",
        title: "posted-1",
        configuration: { id: configurationId, displayName: formValues.displayName },
        status: "active",
        generatedAt: expect.any(String),
      },
    });
    expect(() => verified(0, `whsec_${Buffer.alloc(32).toString("base64")}`)).toThrow(
      "No matching signature",
    );
    expect((await listOutgoingDeliveries(admin))[0]).toMatchObject({
      state: "delivered",
      status: 204,
      attempts: 1,
      problem: null,
      nextTryAt: null,
      detection: { id, title: "posted-1" },
    });
    await raise("posted-1", { description: "Changed." });
    expect(await postDue(services)).toBe(0);
  });

  it("gets events of the chosen severities, and none while it is off", async () => {
    await raise("quiet-1", { severity: "Medium" });
    expect(await outcomes()).toEqual([]);
    await changeOutgoingWebhook(admin, { ...settings(), severities: ["medium"] });
    await raise("heard-1", { severity: "Medium" });
    await raise("quiet-2");
    expect(await outcomes()).toMatchObject([{ type: "detection.raised", state: "waiting" }]);
    await changeOutgoingWebhook(admin, { ...settings(), isOn: false });
    await raise("quiet-3");
    await postDue(services);
    expect(receiver.received).toEqual([]);
    expect(await outcomes()).toMatchObject([
      { state: "failed", problem: expect.stringContaining("switched off") },
    ]);
    await expect(testOutgoingWebhook(admin)).rejects.toThrow("switched off");
  });

  it("gets one event for an unacknowledged alert", async () => {
    const id = await raise("unheard-1");
    for (let step = 0; step < 2; step++) {
      await makeDue("escalation");
      await notifyDue(services);
    }
    await postDue(services);
    const events = receiver.received.map((_request, index) => verified(index));
    expect(events.map(({ type, data }) => `${type} ${String(data.id)}`).toSorted()).toEqual([
      `detection.raised ${id}`,
      `detection.unacknowledged ${id}`,
    ]);
  });

  it("gets one event for each alarm of a configuration and one for its recovery, with the configuration's name", async () => {
    const alarmId = newId();
    const event = { alarmId, configurationId, reason: "The secret has expired." };
    for (let time = 0; time < 2; time++) await queue({ type: "configuration.action_needed", ...event });
    await queue({ type: "configuration.recovered", ...event, reason: "It is read again." });
    await postDue(services);
    expect(receiver.received).toHaveLength(2);
    const events = [verified(0), verified(1)];
    expect(events.find(({ type }) => type === "configuration.action_needed")?.data).toEqual({
      id: alarmId,
      url: `http://localhost:3000/settings/configurations/${configurationId}`,
      configuration: { id: configurationId, displayName: formValues.displayName },
      reason: "The secret has expired.",
    });
    expect(events.map(({ type }) => type)).toContain("configuration.recovered");
  });

  it("doesn't get an alert's title if notifications are private or the configuration is delegated", async () => {
    await raise("hush-1");
    await setNotificationPolicy(admin, { ...defaultPolicy, isPrivate: true });
    await postDue(services);
    await setNotificationPolicy(admin, defaultPolicy);
    await raise("hush-2");
    const set = (actor: string) =>
      inOrganisation(services.db, admin.actor.organisationId, (tx) =>
        tx.execute(`update configurations set read_as = '${actor}', write_as = '${actor}'`),
      );
    await set("person");
    await postDue(services);
    const unreadable = await listOutgoingDeliveries(admin);
    await set("application");
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received.map(({ body }) => body).join()).not.toContain("hush");
    expect(verified(0).data).toMatchObject({ severity: "high", status: "active" });
    // an admin who may not see it in Azure doesn't see it in the log
    expect(unreadable.map(({ detection }) => detection)).toEqual([null, null]);
  });
});

describe("a receiver", () => {
  it("that fails is retried as documented with the same message, and not after the last attempt", async () => {
    receiver.answer({ status: 503 });
    await testOutgoingWebhook(admin);
    for (const delayMs of [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 18_000_000]) {
      expect(await postDue(services)).toBe(1);
      expect(await dueInSeconds()).toBeGreaterThan(delayMs / 1_000 - 5);
      expect(await dueInSeconds()).toBeLessThanOrEqual(delayMs / 1_000);
      const [waiting] = await listOutgoingDeliveries(admin);
      expect(waiting).toMatchObject({
        state: "waiting",
        status: 503,
        problem: "The receiver could not take it (503).",
      });
      const inMs = Date.parse(waiting?.nextTryAt ?? "") - services.now().getTime();
      expect(Math.abs(inMs - delayMs)).toBeLessThan(2_000);
      expect(await postDue(services)).toBe(0);
      clock.laterMs += delayMs;
      await makeDue("outgoing");
    }
    await postDue(services);
    expect(await postDue(services)).toBe(0);
    expect(await outcomes()).toEqual([
      { type: "test", state: "failed", status: 503, problem: expect.stringContaining("last of 8 attempts") },
    ]);
    expect(receiver.received).toHaveLength(8);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const times = receiver.received.map(({ headers }) => Number(headers["webhook-timestamp"]));
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(7 * 3_600);

    receiver.answer({ status: 200 });
    const [failed] = await listOutgoingDeliveries(admin);
    await sendOutgoingAgain(admin, failed?.id);
    await expect(sendOutgoingAgain(admin, failed?.id)).rejects.toMatchObject({ code: "not_found" });
    await postDue(services);
    expect(await listOutgoingDeliveries(admin)).toMatchObject([
      { state: "delivered", attempts: 9, problem: null },
    ]);
    expect(receiver.received.at(-1)?.headers["webhook-id"]).toBe(failed?.id);
    await expect(sendOutgoingAgain(admin, failed?.id)).rejects.toMatchObject({ code: "not_found" });
    expect(await audited("sent_again")).toMatchObject({ subjectId: failed?.id });
  });

  it("that sends Retry-After gets that time, up to five hours", async () => {
    receiver.answer({ status: 429, headers: { "retry-after": "90" } });
    await testOutgoingWebhook(admin);
    await postDue(services);
    expect(await dueInSeconds()).toBeGreaterThan(80);
    receiver.answer({ status: 503, headers: { "retry-after": "99999999" } });
    await makeDue("outgoing");
    await postDue(services);
    expect(await dueInSeconds()).toBeLessThanOrEqual(5 * 3_600);
    // and no sooner than it would be without
    receiver.answer({ status: 503, headers: { "retry-after": "1" } });
    await makeDue("outgoing");
    await postDue(services);
    expect(await dueInSeconds()).toBeGreaterThan(110);
  });

  it("that responds with 410 switches the webhook off, unless somebody has changed it meanwhile", async () => {
    receiver.answer({ status: 410 });
    await testOutgoingWebhook(admin);
    await testOutgoingWebhook(admin);
    await postDue(services);
    expect(receiver.received).toHaveLength(1);
    expect((await outcomes()).map(({ problem }) => problem ?? "").toSorted()).toEqual([
      expect.stringContaining("answered 410"),
      expect.stringContaining("switched off before"),
    ]);
    expect(await getOutgoingWebhook(admin)).toMatchObject({
      isOn: false,
      offBecause: expect.stringContaining("410"),
    });
    expect(await audited("switched_off")).toMatchObject({ actor: "PocketSOC" });
    const [dropped] = (await listOutgoingDeliveries(admin)).filter(({ attempts }) => attempts === 0);
    await expect(sendOutgoingAgain(admin, dropped?.id)).rejects.toThrow("switched off");

    await changeOutgoingWebhook(admin, settings());
    expect(await getOutgoingWebhook(admin)).toMatchObject({ isOn: true, offBecause: null });
    await testOutgoingWebhook(admin);
    const { send } = services.outgoing;
    services.outgoing.send = async (call) => {
      await changeOutgoingWebhook(admin, { ...settings(), address: `https://${receiver.host}/other` });
      return send(call);
    };
    await postDue(services);
    services.outgoing.send = send;
    expect(await getOutgoingWebhook(admin)).toMatchObject({ isOn: true });
  });

  it.each([
    [400, "See that the address is right"],
    [401, "verifies signatures"],
    [404, "See that the address is right"],
  ])("that responds with %i isn't retried", async (status, words) => {
    receiver.answer({ status });
    await testOutgoingWebhook(admin);
    await postDue(services);
    expect(await outcomes()).toEqual([
      { type: "test", state: "failed", status, problem: expect.stringContaining(words) },
    ]);
  });

  it("that redirects isn't followed", async () => {
    receiver.answer({ status: 307, headers: { location: `https://${receiver.host}/elsewhere` } });
    await testOutgoingWebhook(admin);
    await postDue(services);
    expect(receiver.received.map(({ path }) => path)).toEqual(["/in?key=theirs"]);
    expect(await outcomes()).toMatchObject([
      { state: "failed", status: 307, problem: expect.stringContaining("redirect") },
    ]);
  });

  it.each(["hang", "cut"] as const)("that makes a request %s is retried", async (answer) => {
    receiver.answer(answer);
    await testOutgoingWebhook(admin);
    const began = performance.now();
    await postDue(services);
    expect(performance.now() - began).toBeLessThan(12_000);
    const words = answer === "hang" ? "didn't answer within 10 seconds" : "broke off";
    expect(await outcomes()).toMatchObject([
      { state: "waiting", status: null, problem: expect.stringContaining(words) },
    ]);
  });

  it("whose response body never ends has accepted the event", async () => {
    receiver.answer("endless");
    await testOutgoingWebhook(admin);
    const began = performance.now();
    await postDue(services);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await outcomes()).toMatchObject([{ state: "delivered", status: 200 }]);
  });

  it("inside the network is called only for the organisation that the operator names, and nobody learns where it leads", async () => {
    await testOutgoingWebhook(admin);
    services.outgoing.moreHosts = [`someone else=${receiver.host}`];
    await postDue(services);
    expect(receiver.received).toEqual([]);
    await expect(changeOutgoingWebhook(admin, settings())).rejects.toMatchObject({ code: "invalid" });
    services.outgoing.moreHosts = [`${admin.actor.organisationId}=${receiver.host}`];
    await changeOutgoingWebhook(admin, settings());
    await testOutgoingWebhook(admin);
    await postDue(services);
    expect(receiver.received).toHaveLength(1);
  });

  it("whose public name leads inside fails without telling the address, which only the log has", async () => {
    const send = services.outgoing.send;
    services.outgoing.send = (call) => send({ ...call, checkAddress: () => "is a private address" });
    await testOutgoingWebhook(admin);
    await postDue(services).finally(() => (services.outgoing.send = send));
    const [outcome] = await outcomes();
    expect(outcome).toMatchObject({ state: "failed" });
    expect(JSON.stringify(outcome)).not.toMatch(/127\.0\.0\.1|::1|private/);
    expect(started.stack.logged.join("\n")).toMatch(
      /"outgoing\.refused".*"found":"(127\.0\.0\.1|::1) is a private address"/,
    );
  });

  it("inside the network is called only if the operator has allowed its host", async () => {
    await testOutgoingWebhook(admin);
    services.outgoing.moreHosts = [];
    await postDue(services);
    expect(receiver.received).toEqual([]);
    expect(await outcomes()).toMatchObject([
      { state: "failed", problem: expect.stringContaining("POCKETSOC_OUTGOING_HOSTS") },
    ]);
    for (const address of [
      settings().address,
      "https://127.0.0.1/in",
      "https://169.254.169.254/metadata",
      "https://[::ffff:10.0.0.1]/",
      "https://soc.internal/",
      "http://hooks.contoso.com/",
      "https://user:word@hooks.contoso.com/",
      "hooks.contoso.com",
      "",
    ])
      await expect(changeOutgoingWebhook(admin, { ...settings(), address })).rejects.toMatchObject({
        code: "invalid",
        fields: { address: expect.any(String) },
      });
    await changeOutgoingWebhook(admin, { ...settings(), address: "https://hooks.contoso.com/in" });
  });
});

describe("an event that a person asked for", () => {
  const member = async () => started.stack.asMember("admin", admin.actor.organisationId);
  const userIdOf = ({ actor }: Context) => (actor.kind === "user" ? actor.userId : "");
  const takes: [string, (ctx: Context) => Promise<void>][] = [
    ["was removed", (ctx) => removeMember(admin, { userId: userIdOf(ctx) })],
    ["became a viewer", (ctx) => changeRole(admin, { userId: userIdOf(ctx), role: "viewer" })],
  ];
  const barred = { state: "failed", problem: expect.stringContaining("may not ask for it any more") };

  it.each(takes)("as a test isn't posted or retried if that person %s meanwhile", async (_, take) => {
    const asking = await member();
    receiver.answer({ status: 503 });
    await testOutgoingWebhook(asking);
    await postDue(services);
    await testOutgoingWebhook(asking);
    await take(asking);
    await makeDue("outgoing");
    await postDue(services);
    expect(receiver.received).toHaveLength(1);
    expect(await outcomes()).toMatchObject([barred, barred]);
    expect(await postDue(services)).toBe(0);
  });

  it.each(takes)(
    "isn't sent again if that person %s meanwhile, until somebody else asks for it",
    async (how, take) => {
      const asking = await member();
      receiver.answer({ status: 400 });
      await raise(`again-${how.length}`);
      await postDue(services);
      const [failed] = await listOutgoingDeliveries(admin);
      await sendOutgoingAgain(asking, failed?.id);
      await take(asking);
      receiver.answer({ status: 204 });
      await postDue(services);
      expect(receiver.received).toHaveLength(1);
      expect(await outcomes()).toMatchObject([barred]);
      await sendOutgoingAgain(admin, failed?.id);
      await postDue(services);
      expect(await outcomes()).toMatchObject([{ state: "delivered" }]);
    },
  );
});

describe("a worker", () => {
  it("that dies between posting and recording leaves the event to another, which posts it with the same id", async () => {
    const id = await raise("crash-1");
    const { send } = services.outgoing;
    services.outgoing.send = async (call) => {
      await send(call);
      throw new Error("killed");
    };
    await expect(postDue(services)).rejects.toThrow("killed");
    services.outgoing.send = send;
    expect(await postDue(services)).toBe(0);
    await expireLeases();
    await postDue(services);
    const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect([verified(0).data.id, verified(1).data.id]).toEqual([id, id]);
    expect(await listOutgoingDeliveries(admin)).toMatchObject([{ state: "delivered", attempts: 2 }]);
  });

  it("whose lease has ended doesn't overwrite another one's record", async () => {
    await testOutgoingWebhook(admin);
    const { send } = services.outgoing;
    services.outgoing.send = async () => {
      services.outgoing.send = send;
      await expireLeases();
      await postDue(services);
      return { outcome: "answered", status: 500, retryAfterMs: null };
    };
    await postDue(services);
    expect(await outcomes()).toMatchObject([{ state: "delivered", status: 204 }]);
    expect(await postDue(services)).toBe(0);
  });

  it("posts at most four of an organisation's events at a time, in a lane of their own", async () => {
    for (let index = 0; index < 6; index++) await testOutgoingWebhook(admin);
    expect(await notifyDue(services)).toBe(0);
    expect(await leaseOutgoing(services, 100)).toHaveLength(4);
    expect(await leaseOutgoing(services, 100)).toEqual([]);
  });

  it("posts nothing for a deleted configuration", async () => {
    const before = {
      ...formValues,
      displayName: "Goes",
      subscriptionIds: "33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03",
    };
    const id = await save(admin, before);
    await queue({
      type: "configuration.recovered",
      alarmId: newId(),
      configurationId: id,
      reason: "Read again.",
    });
    await deleteConfiguration(admin, id, confirmationWord);
    await deleteConfigurationRowsOf(
      services,
      { organisationId: admin.actor.organisationId, configurationId: id },
      signal,
    );
    await postDue(services);
    expect(receiver.received).toEqual([]);
    expect(await outcomes()).toMatchObject([
      { state: "failed", problem: expect.stringContaining("deleted") },
    ]);
  });
});
