import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { startNotifying } from "#test/notifying.ts";
import { notifyDue } from "#test/steps.ts";
import { removeMember } from "#lib/identity/team/members.ts";
import { listDevices } from "../devices/list.ts";
import { testDevice } from "../devices/send-test.ts";
import { getWebPushSetup } from "../devices/web-push-setup.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, addDevice, raise, recipientsOf, makeDue } = started;
const { services } = stack;
beforeEach(started.reset);
afterAll(started.stop);

describe("a push service", () => {
  it("that dropped a device gets no message for it until it subscribes again", async () => {
    const device = await addDevice(analyst);
    push.answer(device.path, 410);
    const id = await raise("gone-1");
    await notifyDue(services);
    expect(await recipientsOf(id)).toMatchObject([
      { state: "failed", problem: expect.stringContaining("no more") },
    ]);
    expect(await listDevices(analyst)).toMatchObject([{ isGone: true, failures: 1 }]);
    await expect(testDevice(analyst, device.id)).rejects.toThrow("can't be sent anything");
    push.answer(device.path, 201);
    expect((await addDevice(analyst, device)).id).toBe(device.id);
    expect(await listDevices(analyst)).toMatchObject([{ isGone: false, failures: 0 }]);
    await testDevice(analyst, device.id);
    await notifyDue(services);
    expect(push.received).toHaveLength(1);
  });

  it.each([429, 500, 503])(
    "that answers %i is tried again when it says, and for an hour at most",
    async (status) => {
      const device = await addDevice(analyst);
      push.answer(device.path, status, { "retry-after": "120" });
      const id = await raise(`later-${status}`);
      await notifyDue(services);
      expect(await recipientsOf(id)).toMatchObject([{ state: "queued" }]);
      const [dueIn] = await started.dueInSeconds("web_push");
      expect(dueIn).toBeGreaterThan(110);
      await makeDue("web_push");
      clock.laterMs = 3_700_000;
      await notifyDue(services);
      expect(await recipientsOf(id)).toMatchObject([
        { state: "failed", problem: expect.stringContaining(`hour (${status})`) },
      ]);
      expect(push.received).toEqual([]);
    },
  );

  it("that rejects a message as too large gets a smaller one", async () => {
    const device = await addDevice(analyst);
    const sizes: number[] = [];
    push.answer(device.path, ({ length }) => (sizes.push(length) === 1 ? 413 : 201));
    const id = await raise(`large-${"x".repeat(100)}`);
    await notifyDue(services);
    expect(push.received.map(({ payload }) => payload.notification)).toMatchObject([
      { title: "High: new alert", body: "", navigate: expect.stringContaining(id) },
    ]);
    expect(sizes[1]).toBeLessThan((sizes[0] ?? 0) - 100);
    expect(await recipientsOf(id)).toMatchObject([{ state: "accepted" }]);
  });

  it.each([
    [403, "refused the portal's key or address"],
    [413, "too large"],
    [400, "turned the message down"],
  ])("that responds with %i isn't retried, and the reason is recorded", async (status, words) => {
    const device = await addDevice(analyst);
    push.answer(device.path, status);
    const id = await raise(`refused-${status}`);
    await notifyDue(services);
    expect(await recipientsOf(id)).toMatchObject([
      { state: "failed", problem: expect.stringContaining(words) },
    ]);
    expect(await listDevices(analyst)).toMatchObject([
      { isGone: false, failures: 1, lastFailure: expect.stringContaining(words) },
    ]);
  });
});

describe("a web push", () => {
  it("isn't sent to a person who left the team after the decision", async () => {
    const leaver = await stack.asMember("analyst", admin.actor.organisationId);
    await addDevice(leaver);
    await raise("left");
    const { userId } = leaver.actor as { userId: string };
    // decided, and not sent yet
    expect(await started.decideDue()).toBe(1);
    await removeMember(admin, { userId });
    await notifyDue(services);
    expect(push.received).toEqual([]);
  });

  it("replaces the first one if the worker died between sending and recording", async () => {
    await addDevice(analyst);
    const id = await raise("crash-2");
    const { webPush } = services;
    services.webPush = {
      ...webPush,
      send: async (...args) => {
        await webPush.send(...args);
        throw new Error("killed");
      },
    };
    await expect(notifyDue(services)).rejects.toThrow("killed");
    services.webPush = webPush;
    await started.expireLeases();
    await notifyDue(services);
    const topic = id.replaceAll("-", "");
    expect(push.received.map((message) => message.topic)).toEqual([topic, topic]);
    expect(await recipientsOf(id)).toMatchObject([{ state: "accepted" }]);
  });

  it("isn't sent without the operator's contact address, and the setup names the setting", async () => {
    const { webPush } = services;
    await addDevice(analyst);
    const id = await raise("no-subject");
    services.webPush = { ...webPush, subject: null };
    try {
      await notifyDue(services);
      expect(await getWebPushSetup(analyst)).toMatchObject({
        publicKey: null,
        problem: expect.stringContaining("POCKETSOC_VAPID_SUBJECT"),
      });
    } finally {
      services.webPush = webPush;
    }
    expect(await recipientsOf(id)).toMatchObject([
      { state: "failed", problem: expect.stringContaining("no address") },
    ]);
  });
});
