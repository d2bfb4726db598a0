import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { defaultPolicy } from "#lib/domain/notification.ts";
import { newId } from "#lib/platform/ids.ts";
import { goodAlert } from "#test/alerts.ts";
import { postToWebhook, mergeAll, webhookBodyOf, webhookToken } from "#test/webhook-bodies.ts";
import { formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, postDue, save, signal, tellDue } from "#test/steps.ts";
import { startWebhookReceiver, type WebhookReceiver } from "#test/webhook-receiver.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { cleanUpOld } from "#programs/worker/clean-up.ts";
import { confirmationWord } from "#lib/domain/confirmation.ts";
import { deleteConfiguration } from "#lib/sources/configurations/delete.ts";
import { deleteConfigurationRowsOf } from "#lib/triage/delete-configuration-rows.ts";
import type { Context } from "#lib/core/context.ts";
import { setNotificationPolicy } from "../preferences/policy.ts";
import { getOutgoingWebhook } from "./get.ts";
import { listOutgoingDeliveries } from "./list.ts";
import { newOutgoingSecret } from "./new-secret.ts";
import { queueOutgoing } from "./queue.ts";
import { changeOutgoingWebhook, createOutgoingWebhook } from "./save.ts";
import { leaseOutgoing } from "./send.ts";
import { sendOutgoingAgain } from "./send-again.ts";
import { testOutgoingWebhook } from "./test.ts";

let stack: TestStack;
let receiver: WebhookReceiver;
let admin: Context;
let token: string;
let configurationId: string;
let secret: string;
let laterMs = 0;
const settings = () => ({
  address: `https://${receiver.host}/in?key=theirs`,
  severities: ["high"],
  isOn: true,
});

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  stack = await startTestStack();
  stack.services.now = () => new Date(Date.now() + laterMs);
  admin = await stack.asMember("admin");
  token = await webhookToken(admin);
  configurationId = await save(admin, formValues);
});
beforeEach(async () => {
  laterMs = 0;
  receiver.received.length = 0;
  receiver.answer({ status: 204 });
  stack.services.outgoing = { ...stack.services.outgoing, moreHosts: [receiver.host] };
  await stack.services.db.execute("delete from notification_queue");
  await stack.asOwner("delete from outgoing_deliveries; delete from outgoing_webhooks");
  ({ secret } = await createOutgoingWebhook(admin, settings()));
});
afterAll(async () => {
  await stack.stop();
  await receiver.stop();
});

/** A new alert that comes by webhook; who is told of it is decided. */
async function raise(name: string, properties: object = {}): Promise<string> {
  const at = new Date().toISOString();
  const times = { startTimeUtc: at, endTimeUtc: at, timeGeneratedUtc: at, processingEndTimeUtc: at };
  const alertUri = `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${production}/location/westeurope`;
  const named = { alertType: name, systemAlertId: name, alertDisplayName: name, alertUri };
  const alert = goodAlert({ severity: "High", ...named, ...times, ...properties }, name);
  await postToWebhook(stack.services, token, webhookBodyOf(alert));
  await mergeAll(stack.services);
  await tellDue(stack.services);
  const found = (await feed(admin, { q: name })).items.find((one) => one.title === name);
  if (!found) throw new Error("not stored");
  return found.id;
}
const makeDue = (subject: string) =>
  stack.services.db.execute(`update notification_queue set due_at = now() where subject = '${subject}'`);
/** Seconds until the one that waits is due. */
async function dueIn(): Promise<number> {
  const rows = await stack.services.db.execute<{ seconds: number }>(
    "select extract(epoch from due_at - now())::float8 as seconds from notification_queue where subject = 'outgoing'",
  );
  if (rows.length !== 1) throw new Error(`${rows.length} wait`);
  return rows[0]?.seconds ?? 0;
}
const log = async (ctx = admin) =>
  (await listOutgoingDeliveries(ctx)).map(({ type, state, status, problem }) => ({
    type,
    state,
    status,
    problem,
  }));
/** What was posted, verified as a receiver does; throws for a signature that isn't right. */
const verified = (index = 0, key = secret) => {
  const one = receiver.received[index];
  if (!one) throw new Error("nothing came");
  return new Webhook(key).verify(one.body, one.headers as Record<string, string>) as {
    type: string;
    timestamp: string;
    data: Record<string, unknown>;
  };
};
/** The audit log's newest entry of a kind. */
const audited = async (action: string) =>
  (await listAudit(admin, {})).entries.find((one) => one.action === `outgoing_webhook.${action}`);
const queue = (event: Parameters<typeof queueOutgoing>[3]) =>
  inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    queueOutgoing(stack.services, tx, admin.actor.organisationId, event),
  );

describe("the webhook", () => {
  it("is told of a new alert once, signed so that the receiver can verify it", async () => {
    const id = await raise("posted-1");
    await postDue(stack.services);
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
    expect(await postDue(stack.services)).toBe(0);
  });

  it("is told of the severities it was set to, and of nothing while it is off", async () => {
    await raise("quiet-1", { severity: "Medium" });
    expect(await log()).toEqual([]);
    await changeOutgoingWebhook(admin, { ...settings(), severities: ["medium"] });
    await raise("heard-1", { severity: "Medium" });
    await raise("quiet-2");
    expect(await log()).toMatchObject([{ type: "detection.raised", state: "waiting" }]);
    await changeOutgoingWebhook(admin, { ...settings(), isOn: false });
    await raise("quiet-3");
    await postDue(stack.services);
    expect(receiver.received).toEqual([]);
    expect(await log()).toMatchObject([
      { state: "failed", problem: expect.stringContaining("switched off") },
    ]);
    await expect(testOutgoingWebhook(admin)).rejects.toThrow("switched off");
  });

  it("is told once of an alert that nobody acknowledged", async () => {
    const id = await raise("unheard-1");
    for (let step = 0; step < 2; step++) {
      await makeDue("escalation");
      await tellDue(stack.services);
    }
    await postDue(stack.services);
    const told = receiver.received.map((_one, index) => verified(index));
    expect(told.map(({ type, data }) => `${type} ${String(data.id)}`).toSorted()).toEqual([
      `detection.raised ${id}`,
      `detection.unacknowledged ${id}`,
    ]);
  });

  it("is told once of each notice of a configuration, and in whose name", async () => {
    const noticeId = newId();
    const event = { noticeId, configurationId, reason: "The secret has expired." };
    for (let time = 0; time < 2; time++) await queue({ type: "configuration.action_needed", ...event });
    await queue({ type: "configuration.recovered", ...event, reason: "It is read again." });
    await postDue(stack.services);
    expect(receiver.received).toHaveLength(2);
    const told = [verified(0), verified(1)];
    expect(told.find(({ type }) => type === "configuration.action_needed")?.data).toEqual({
      id: noticeId,
      url: `http://localhost:3000/settings/configurations/${configurationId}`,
      configuration: { id: configurationId, displayName: formValues.displayName },
      reason: "The secret has expired.",
    });
    expect(told.map(({ type }) => type)).toContain("configuration.recovered");
  });

  it("isn't told what an alert is called where notifications are private, or people see it with their own accounts", async () => {
    await raise("hush-1");
    await setNotificationPolicy(admin, { ...defaultPolicy, isPrivate: true });
    await postDue(stack.services);
    await setNotificationPolicy(admin, defaultPolicy);
    await raise("hush-2");
    const set = (authType: string) =>
      inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
        tx.execute(
          `update configurations set auth_type = '${authType}', write_as = '${authType === "oauth" ? "application" : "person"}'`,
        ),
      );
    await set("delegated");
    await postDue(stack.services);
    const unreadable = await listOutgoingDeliveries(admin);
    await set("oauth");
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received.map((one) => one.body).join()).not.toContain("hush");
    expect(verified(0).data).toMatchObject({ severity: "high", status: "active" });
    // an admin who may not see it in Azure doesn't see it in the log
    expect(unreadable.map((one) => one.detection)).toEqual([null, null]);
  });
});

describe("a receiver", () => {
  it("that can't take it is tried again as documented, each time as the same message, and after the last time no more", async () => {
    receiver.answer({ status: 503 });
    await testOutgoingWebhook(admin);
    for (const delayMs of [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 18_000_000]) {
      expect(await postDue(stack.services)).toBe(1);
      expect(await dueIn()).toBeGreaterThan(delayMs / 1_000 - 5);
      expect(await dueIn()).toBeLessThanOrEqual(delayMs / 1_000);
      const [waiting] = await listOutgoingDeliveries(admin);
      expect(waiting).toMatchObject({
        state: "waiting",
        status: 503,
        problem: "The receiver could not take it (503).",
      });
      const inMs = Date.parse(waiting?.nextTryAt ?? "") - stack.services.now().getTime();
      expect(Math.abs(inMs - delayMs)).toBeLessThan(2_000);
      expect(await postDue(stack.services)).toBe(0);
      laterMs += delayMs;
      await makeDue("outgoing");
    }
    await postDue(stack.services);
    expect(await postDue(stack.services)).toBe(0);
    expect(await log()).toEqual([
      { type: "test", state: "failed", status: 503, problem: expect.stringContaining("last of 8 attempts") },
    ]);
    expect(receiver.received).toHaveLength(8);
    expect(new Set(receiver.received.map((one) => one.headers["webhook-id"])).size).toBe(1);
    const times = receiver.received.map((one) => Number(one.headers["webhook-timestamp"]));
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(7 * 3_600);

    receiver.answer({ status: 200 });
    const [failed] = await listOutgoingDeliveries(admin);
    await sendOutgoingAgain(admin, failed?.id);
    await expect(sendOutgoingAgain(admin, failed?.id)).rejects.toMatchObject({ code: "not_found" });
    await postDue(stack.services);
    expect(await listOutgoingDeliveries(admin)).toMatchObject([
      { state: "delivered", attempts: 9, problem: null },
    ]);
    expect(receiver.received.at(-1)?.headers["webhook-id"]).toBe(failed?.id);
    await expect(sendOutgoingAgain(admin, failed?.id)).rejects.toMatchObject({ code: "not_found" });
    expect(await audited("sent_again")).toMatchObject({ subjectId: failed?.id });
  });

  it("that asks for time with Retry-After is given it, and five hours at most", async () => {
    receiver.answer({ status: 429, headers: { "retry-after": "90" } });
    await testOutgoingWebhook(admin);
    await postDue(stack.services);
    expect(await dueIn()).toBeGreaterThan(80);
    receiver.answer({ status: 503, headers: { "retry-after": "99999999" } });
    await makeDue("outgoing");
    await postDue(stack.services);
    expect(await dueIn()).toBeLessThanOrEqual(5 * 3_600);
    // and no sooner than it would be without
    receiver.answer({ status: 503, headers: { "retry-after": "1" } });
    await makeDue("outgoing");
    await postDue(stack.services);
    expect(await dueIn()).toBeGreaterThan(110);
  });

  it("that wants no more has the webhook switched off, unless somebody changed it meanwhile", async () => {
    receiver.answer({ status: 410 });
    await testOutgoingWebhook(admin);
    await testOutgoingWebhook(admin);
    await postDue(stack.services);
    expect(receiver.received).toHaveLength(1);
    expect((await log()).map((one) => one.problem ?? "").toSorted()).toEqual([
      expect.stringContaining("answered 410"),
      expect.stringContaining("switched off before"),
    ]);
    expect(await getOutgoingWebhook(admin)).toMatchObject({
      isOn: false,
      offBecause: expect.stringContaining("410"),
    });
    expect(await audited("switched_off")).toMatchObject({ actor: "PocketSOC" });
    const [dropped] = (await listOutgoingDeliveries(admin)).filter((one) => one.attempts === 0);
    await expect(sendOutgoingAgain(admin, dropped?.id)).rejects.toThrow("switched off");

    await changeOutgoingWebhook(admin, settings());
    expect(await getOutgoingWebhook(admin)).toMatchObject({ isOn: true, offBecause: null });
    await testOutgoingWebhook(admin);
    const { send } = stack.services.outgoing;
    stack.services.outgoing.send = async (call) => {
      await changeOutgoingWebhook(admin, { ...settings(), address: `https://${receiver.host}/other` });
      return send(call);
    };
    await postDue(stack.services);
    stack.services.outgoing.send = send;
    expect(await getOutgoingWebhook(admin)).toMatchObject({ isOn: true });
  });

  it.each([
    [400, "See that the address is right"],
    [401, "verifies signatures"],
    [404, "See that the address is right"],
  ])("that turns it down with %i isn't asked again", async (status, words) => {
    receiver.answer({ status });
    await testOutgoingWebhook(admin);
    await postDue(stack.services);
    expect(await log()).toEqual([
      { type: "test", state: "failed", status, problem: expect.stringContaining(words) },
    ]);
  });

  it("that answers with a redirect isn't followed", async () => {
    receiver.answer({ status: 307, headers: { location: `https://${receiver.host}/elsewhere` } });
    await testOutgoingWebhook(admin);
    await postDue(stack.services);
    expect(receiver.received.map((one) => one.path)).toEqual(["/in?key=theirs"]);
    expect(await log()).toMatchObject([
      { state: "failed", status: 307, problem: expect.stringContaining("redirect") },
    ]);
  });

  it.each(["hang", "cut"] as const)("that lets it %s is tried again", async (answer) => {
    receiver.answer(answer);
    await testOutgoingWebhook(admin);
    const began = performance.now();
    await postDue(stack.services);
    expect(performance.now() - began).toBeLessThan(12_000);
    const words = answer === "hang" ? "didn't answer within 10 seconds" : "broke off";
    expect(await log()).toMatchObject([
      { state: "waiting", status: null, problem: expect.stringContaining(words) },
    ]);
  });

  it("whose answer never ends has taken it", async () => {
    receiver.answer("endless");
    await testOutgoingWebhook(admin);
    const began = performance.now();
    await postDue(stack.services);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await log()).toMatchObject([{ state: "delivered", status: 200 }]);
  });

  it("inside the network is called only while the operator names its host", async () => {
    await testOutgoingWebhook(admin);
    stack.services.outgoing.moreHosts = [];
    await postDue(stack.services);
    expect(receiver.received).toEqual([]);
    expect(await log()).toMatchObject([
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

describe("a worker", () => {
  it("that dies between posting and writing it down has it posted again under the same id", async () => {
    const id = await raise("crash-1");
    const { send } = stack.services.outgoing;
    stack.services.outgoing.send = async (call) => {
      await send(call);
      throw new Error("killed");
    };
    await expect(postDue(stack.services)).rejects.toThrow("killed");
    stack.services.outgoing.send = send;
    expect(await postDue(stack.services)).toBe(0);
    await stack.services.db.execute(
      "update notification_queue set leased_until = now() - interval '1 second'",
    );
    await postDue(stack.services);
    const ids = receiver.received.map((one) => one.headers["webhook-id"]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect([verified(0).data.id, verified(1).data.id]).toEqual([id, id]);
    expect(await listOutgoingDeliveries(admin)).toMatchObject([{ state: "delivered", attempts: 2 }]);
  });

  it("whose lease ran out writes nothing over what another came to", async () => {
    await testOutgoingWebhook(admin);
    const { send } = stack.services.outgoing;
    stack.services.outgoing.send = async () => {
      stack.services.outgoing.send = send;
      await stack.services.db.execute(
        "update notification_queue set leased_until = now() - interval '1 second'",
      );
      await postDue(stack.services);
      return { outcome: "answered", status: 500, retryAfterMs: null };
    };
    await postDue(stack.services);
    expect(await log()).toMatchObject([{ state: "delivered", status: 204 }]);
    expect(await postDue(stack.services)).toBe(0);
  });

  it("posts four of an organisation's at a time, apart from what rings", async () => {
    for (let index = 0; index < 6; index++) await testOutgoingWebhook(admin);
    expect(await tellDue(stack.services)).toBe(0);
    expect(await leaseOutgoing(stack.services, 100)).toHaveLength(4);
    expect(await leaseOutgoing(stack.services, 100)).toEqual([]);
  });

  it("posts nothing of an alert that was deleted meanwhile", async () => {
    const before = {
      ...formValues,
      displayName: "Goes",
      subscriptionIds: "33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03",
    };
    const id = await save(admin, before);
    await queue({
      type: "configuration.recovered",
      noticeId: newId(),
      configurationId: id,
      reason: "Read again.",
    });
    await deleteConfiguration(admin, id, confirmationWord);
    await deleteConfigurationRowsOf(
      stack.services,
      { organisationId: admin.actor.organisationId, configurationId: id },
      signal,
    );
    await postDue(stack.services);
    expect(receiver.received).toEqual([]);
    expect(await log()).toMatchObject([{ state: "failed", problem: expect.stringContaining("deleted") }]);
  });
});

describe("the secret", () => {
  it("is shown once, and a new one signs beside the one before for 24 hours", async () => {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { secret: next } = await newOutgoingSecret(admin);
    expect(next).not.toBe(secret);
    await testOutgoingWebhook(admin);
    await postDue(stack.services);
    expect(verified(0, secret)).toEqual(verified(0, next));
    const view = await getOutgoingWebhook(admin);
    expect(view).toMatchObject({ secretHint: next.slice(0, 10), earlierSecretUntil: expect.any(String) });
    expect(JSON.stringify([view, await listAudit(admin, {}), stack.logged])).not.toContain(next.slice(10));
    laterMs = 86_401_000;
    expect(await getOutgoingWebhook(admin)).toMatchObject({ earlierSecretUntil: null });
    await testOutgoingWebhook(admin);
    await postDue(stack.services);
    const [, last] = receiver.received;
    if (!last) throw new Error("nothing came");
    const { headers, body } = last;
    const at = new Date(Number(headers["webhook-timestamp"]) * 1_000);
    expect(headers["webhook-signature"]).toBe(
      new Webhook(next).sign(String(headers["webhook-id"]), at, body),
    );
  });

  it("that no key opens any more has nothing sent, and says so", async () => {
    await testOutgoingWebhook(admin);
    await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
      tx.execute("update outgoing_webhooks set secret_sealed = 'x', address_sealed = 'x'"),
    );
    await postDue(stack.services);
    expect(await log()).toMatchObject([
      { state: "failed", problem: expect.stringContaining("POCKETSOC_ENCRYPTION_KEYS") },
    ]);
    expect(await getOutgoingWebhook(admin)).toMatchObject({ address: null, host: receiver.host });
    await changeOutgoingWebhook(admin, settings());
    ({ secret } = await newOutgoingSecret(admin));
    await testOutgoingWebhook(admin);
    await postDue(stack.services);
    expect(verified().type).toBe("test");
  });
});

describe("Settings", () => {
  it("keep one webhook an organisation, and what the audit log says of it holds no key", async () => {
    await expect(createOutgoingWebhook(admin, settings())).rejects.toMatchObject({ code: "conflict" });
    await changeOutgoingWebhook(admin, { ...settings(), isOn: false });
    expect(await audited("changed")).toMatchObject({
      detail: { host: receiver.host, isOn: false, addressChanged: false },
    });
    expect(JSON.stringify(await listAudit(admin, {}))).not.toContain("key=theirs");
  });

  it("are the admins'", async () => {
    const analyst = await stack.asMember("analyst", admin.actor.organisationId);
    for (const work of [
      () => getOutgoingWebhook(analyst),
      () => listOutgoingDeliveries(analyst),
      () => createOutgoingWebhook(analyst, settings()),
      () => changeOutgoingWebhook(analyst, settings()),
      () => newOutgoingSecret(analyst),
      () => testOutgoingWebhook(analyst),
      () => sendOutgoingAgain(analyst, newId()),
    ])
      await expect(work()).rejects.toMatchObject({ code: "forbidden" });
  });

  it("and the log are seen by no other organisation", async () => {
    await testOutgoingWebhook(admin);
    const other = await stack.asMember("admin");
    expect(await getOutgoingWebhook(other)).toBeNull();
    expect(await listOutgoingDeliveries(other)).toEqual([]);
    for (const work of [
      () => changeOutgoingWebhook(other, settings()),
      () => newOutgoingSecret(other),
      () => testOutgoingWebhook(other),
    ])
      await expect(work()).rejects.toMatchObject({ code: "not_found" });
  });

  it("forget what is older than 30 days", async () => {
    await testOutgoingWebhook(admin);
    await postDue(stack.services);
    laterMs = 29 * 86_400_000;
    await cleanUpOld(stack.services, signal);
    expect(await log()).toHaveLength(1);
    laterMs = 31 * 86_400_000;
    await cleanUpOld(stack.services, signal);
    expect(await log()).toEqual([]);
  });
});
