import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Context } from "#lib/core/context.ts";
import { ensureVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { createOutgoingWebhook } from "#lib/alerting/webhook/create.ts";
import { listOutgoingDeliveries } from "#lib/alerting/webhook/list-deliveries.ts";
import { checkConfiguration } from "#lib/sources/configurations/check.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import { saveConfiguration } from "#lib/sources/configurations/save.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { keepPhone, raiseByWebhook } from "./phones.ts";
import { proxied, trustProxiedCertificates } from "./proxied-names.ts";
import { startProxiedStack } from "./proxied-stack.ts";
import { people, saveDelegated } from "./sign-in.ts";
import { development, formValues } from "./stack.ts";
import { all, feed, notifyDue, pollNow, postDue, save, sendDue, signal } from "./steps.ts";
import { hurry } from "./time.ts";
import { webhookToken } from "./webhook-bodies.ts";
import { startWebhookReceiver } from "./webhook-receiver.ts";
import { startWorkerProcess } from "./worker-process.ts";

vi.setConfig({ testTimeout: 120_000 });
const { entra, arm, push, receiver } = proxied;
let distrust: () => void;
let stack: Awaited<ReturnType<typeof startProxiedStack>>;
let admin: Context;
let configurationId: string;
beforeAll(async () => {
  distrust = await trustProxiedCertificates();
  stack = await startProxiedStack();
  admin = await stack.asMember("admin");
  configurationId = await save(admin, formValues);
  await pollNow(stack.services);
  await ensureVapidKey(stack.services);
});
beforeEach(() => {
  stack.services.egress.pooled.destroy();
  stack.proxy.reset();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await stack.stop();
  distrust();
});

const health = async () => (await getVendorConfiguration(admin, configurationId)).health;
const hostsCalled = () => Object.keys(stack.takeConnects()).toSorted();

describe("behind a proxy that is the only way out", () => {
  it("a configuration is verified", async () => {
    const steps = await all(checkConfiguration(admin, configurationId, signal));
    expect(JSON.stringify(steps)).not.toContain('"failed"');
    expect(hostsCalled()).toEqual([entra, arm]);
  });

  it("a poll reads alerts", async () => {
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect((await feed(admin)).items.length).toBeGreaterThan(0);
    expect(await health()).toMatchObject({ state: "healthy" });
    expect(stack.takeConnects()).toHaveProperty([arm]);
  });

  it("a status change reaches Azure and is read back", async () => {
    const [item] = (await feed(admin, { status: "active" })).items;
    if (!item) throw new Error("no detection");
    await setDetectionStatus(admin, {
      items: [{ id: item.id, expected: "active" }],
      to: "resolved",
      note: "Looked at it.",
    });
    expect(await sendDue(stack.services)).toBe(1);
    expect((await getDetection(admin, item.id)).status).toBe("resolved");
    expect(stack.takeConnects()).toHaveProperty([arm]);
  });

  it("a web push reaches the push service", async () => {
    const subscription = stack.push.subscribe();
    await keepPhone(admin, subscription);
    await raiseByWebhook(admin, await webhookToken(admin), "pushed-by-proxy");
    await notifyDue(stack.services);
    expect(stack.push.received.map(({ path }) => path)).toContain(subscription.path);
    expect(stack.takeConnects()).toEqual({ [push]: 1 });
  });

  it("an outgoing webhook reaches its receiver, which the operator named", async () => {
    await createOutgoingWebhook(admin, {
      address: `https://${receiver}/in`,
      severities: ["high"],
      isOn: true,
    });
    await raiseByWebhook(admin, await webhookToken(admin), "posted-by-proxy");
    await notifyDue(stack.services);
    await postDue(stack.services);
    expect(stack.receiver.received).toHaveLength(1);
    expect(stack.takeConnects()).toMatchObject({ [receiver]: 1 });
  });

  it.each([
    ["as it is", {}],
    [
      "with Node's own routing, and other proxies for other programs",
      { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: "http://127.0.0.1:9", ALL_PROXY: "10.0.0.1:9" },
    ],
  ])("a worker's process polls, started %s", async (_how, more) => {
    await stack.services.db.execute("update poll_targets set due_at = now() - interval '1 second'");
    const worker = startWorkerProcess({ ...stack.env, ...more });
    const waiting = "select 1 from poll_targets where due_at < now()";
    try {
      // long enough for a worker to start on a busy machine
      await vi.waitFor(async () => expect([...(await stack.services.db.execute(waiting))]).toEqual([]), {
        timeout: 60_000,
        interval: 50,
      });
      expect(await health()).toMatchObject({ state: "healthy" });
      expect(hostsCalled()).toEqual([entra, arm]);
      expect(stack.proxy.others).toEqual([]);
    } finally {
      await worker.stop("SIGTERM");
    }
  });
});

describe("a proxy that fails", () => {
  const network: [fault: Parameters<typeof stack.proxy.fail>[0], which: string, remedy: RegExp][] = [
    [407, "answered 407", /check the user and password in HTTPS_PROXY\.$/],
    [403, "answered 403", /let the proxy allow CONNECT to /],
    [502, "answered 502", /check the proxy's own DNS and its way to the internet\.$/],
    ["cut", "broke off or didn't answer as an HTTP proxy does", /check the host and port in HTTPS_PROXY/],
    ["hang", "didn't answer in time", /check the host and port in HTTPS_PROXY/],
  ];

  it.each(network)("by %s is named by a poll, with a remedy", async (fault, which, remedy) => {
    hurry();
    stack.proxy.fail(fault);
    expect((await pollNow(stack.services)).outcome).toBe("failed");
    expect(await health()).toMatchObject({
      reason: `Azure could not be reached through the proxy ${stack.proxy.name}, which ${which}.`,
      remedy: expect.stringMatching(remedy),
    });
  });

  it.each(network)("by %s is named by a check of a new configuration", async (fault, which, remedy) => {
    hurry();
    stack.proxy.fail(fault);
    const values = { ...formValues, subscriptionIds: development };
    const events = await all(saveConfiguration(admin, values, { saveAsDisabled: false, signal }));
    const steps = events.flatMap((event) => (event.type === "step" ? [event.step] : []));
    expect(steps.at(-1)).toMatchObject({
      id: "tenant",
      outcome: "failed",
      detail: expect.stringContaining(`through the proxy ${stack.proxy.name}, which ${which}.`),
      remedy: expect.stringMatching(remedy),
    });
  });

  it("by inspecting TLS with an unknown authority is told apart", async () => {
    const inspecting = await startWebhookReceiver({ certificates: join(".pocketsoc", "test-stranger") });
    const usual = stack.proxy.routes[`${entra}:443`] ?? 0;
    stack.proxy.routes[`${entra}:443`] = inspecting.port;
    const values = { ...formValues, subscriptionIds: development };
    const events = await all(saveConfiguration(admin, values, { saveAsDisabled: false, signal }));
    stack.proxy.routes[`${entra}:443`] = usual;
    await inspecting.stop();
    const steps = events.flatMap((event) => (event.type === "step" ? [event.step] : []));
    expect(steps.at(-1)).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("doesn't trust the certificate"),
      remedy: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
    expect(inspecting.received).toEqual([]);
  });

  it("never shows the password, on a screen or in the log", async () => {
    stack.proxy.fail(407);
    await pollNow(stack.services);
    expect(JSON.stringify([await health(), stack.logged])).not.toMatch(/p@ss|p%40ss/);
  });

  it("by a receiver that it refuses is told to the admin", async () => {
    stack.proxy.fail(403);
    await raiseByWebhook(admin, await webhookToken(admin), "refused-by-proxy");
    await notifyDue(stack.services);
    await postDue(stack.services);
    const [newest] = await listOutgoingDeliveries(admin);
    expect(newest).toMatchObject({
      state: "waiting",
      problem: `The receiver could not be reached through the proxy ${stack.proxy.name}, which answered 403. Whoever runs PocketSOC should let the proxy allow CONNECT to the receiver's host.`,
    });
  });
});

// last, because it adds a second configuration
it("a person's account signs in through the proxy", async () => {
  await saveDelegated(
    admin,
    { ...formValues, displayName: "Development", subscriptionIds: development },
    people.ana,
  );
  expect(hostsCalled()).toEqual([entra, arm]);
});
