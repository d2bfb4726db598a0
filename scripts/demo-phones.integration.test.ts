import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createPlainServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMailSender } from "#lib/platform/mail-sender.ts";
import type { Context } from "#lib/core/context.ts";
import { listDevices } from "#lib/alerting/devices/list.ts";
import { testDevice } from "#lib/alerting/devices/send-test.ts";
import { ensureVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import { signal, notifyDue } from "#test/steps.ts";
import { type DemoPhones, startDemoPhones } from "./demo-phones.ts";
import { lendPhones, pushPortOf } from "./lend-phones.ts";

let stack: TestStack;
let portal: Server;
let portalUrl: string;
let admin: Context;
let analyst: Context;
const receipts: unknown[] = [];
const file = join(mkdtempSync(join(tmpdir(), "pocketsoc-phones-")), "phones.json");
const emulatorDir = process.env.POCKETSOC_TEST_CA_DIR ?? join(".pocketsoc", "test-ca");

beforeAll(async () => {
  portal = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      receipts.push([request.url, JSON.parse(text)]);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => portal.listen(0, "localhost", resolve));
  portalUrl = `http://localhost:${(portal.address() as AddressInfo).port}`;
  stack = await startTestStack();
  stack.services.portalUrl = portalUrl;
  await ensureVapidKey(stack.services);
  admin = await stack.asMember("admin");
  analyst = await stack.asMember("analyst", admin.actor.organisationId);
});
afterAll(async () => {
  await stack.stop();
  await new Promise((resolve) => portal.close(resolve));
});

/** Waits until each of the demo's people has a phone, and then runs `work`. */
async function withPhones(work: (phones: DemoPhones) => Promise<void>): Promise<void> {
  const phones = await startDemoPhones({ emulatorDir, portalUrl, pushPort: await pushPortOf(file) });
  const host = `localhost:${phones.pushPort}`;
  try {
    stack.services.webPush = {
      ...stack.services.webPush,
      subject: "mailto:soc@contoso.com",
      moreHosts: [host],
    };
    await lendPhones({ ...stack.workerEnv, POCKETSOC_PUSH_HOSTS: host }, phones, file, signal);
    await work(phones);
  } finally {
    await phones.stop();
  }
}
const listOf = async (phones: DemoPhones) => (await fetch(`${phones.pageUrl}/list`)).text();

it("gives each of the demo's people a phone whose messages a page shows and whose buttons report receipts", () =>
  withPhones(async (phones) => {
    expect(await listOf(phones)).toContain("Nothing yet");
    const [device, ...more] = await listDevices(admin);
    expect(more).toEqual([]);
    expect(device?.name).toBe("Demo phone");
    expect(await listDevices(analyst)).toHaveLength(1);
    await testDevice(admin, device?.id);
    await notifyDue(stack.services);
    const list = await listOf(phones);
    expect(list).toContain("Demo phone of Some admin");
    expect(list).toContain("PocketSOC can reach this device");
    const [, id = ""] = /\/tap\?id=([\w-]+)/.exec(list) ?? [];
    const press = (button: string, headers: Record<string, string> = {}) =>
      fetch(`${phones.pageUrl}/${button}?id=${id}`, { method: "POST", redirect: "manual", headers });
    expect((await press("tap", { origin: "http://evil.example" })).status).toBe(403);
    expect(receipts).toEqual([]);
    expect((await press("shown")).headers.get("location")).toBe("/");
    expect((await press("tap")).headers.get("location")).toMatch(
      new RegExp(`^${portalUrl}/settings/notifications\\?told=`),
    );
    const receipt = expect.stringContaining(admin.actor.organisationId) as string;
    expect(receipts).toEqual([
      ["/api/push/receipts", { receipt, what: "shown" }],
      ["/api/push/receipts", { receipt, what: "opened" }],
    ]);
    expect(await listOf(phones)).toMatch(/Shown [\d:]{8} · Opened [\d:]{8}/);
  }));

it("shows an e-mail as text", () =>
  withPhones(async (phones) => {
    const send = createMailSender("soc@contoso.com", {
      host: "localhost",
      port: phones.smtpPort,
      isImplicitTls: false,
      isTlsRequired: true,
      login: null,
    });
    const messageId = crypto.randomUUID();
    const mail = {
      to: "ana@contoso.com",
      subject: "<b>High</b>",
      text: "<script>alert(1)</script>",
      messageId,
    };
    expect(await send(mail)).toEqual({ outcome: "accepted" });
    const list = await listOf(phones);
    expect(list).toContain("E-mail to ana@contoso.com");
    expect(list).toContain("&#60;script&#62;");
    expect(list).not.toMatch(/<script|<b>/);
  }));

it("keeps the phone for the next run, and replaces it when the port is taken", async () => {
  const [before] = await listDevices(admin);
  await withPhones(async () => {
    expect((await listDevices(admin)).map(({ id }) => id)).toEqual([before?.id]);
  });
  const otherServer = createPlainServer();
  const port = await pushPortOf(file);
  await new Promise<void>((resolve) => otherServer.listen(port, "localhost", resolve));
  await withPhones(async (phones) => {
    expect(phones.pushPort).not.toBe(port);
    const [after, ...more] = await listDevices(admin);
    expect(more).toEqual([]);
    expect(after?.id).not.toBe(before?.id);
    await testDevice(admin, after?.id);
    await notifyDue(stack.services);
    expect(await listOf(phones)).toContain("PocketSOC can reach this device");
  });
  await new Promise((resolve) => otherServer.close(resolve));
});
