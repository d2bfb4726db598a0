import { afterAll, beforeAll, expect, it } from "vitest";
import { type PushService, startPushService } from "#test/push-service.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import type { Context } from "../context.ts";
import { testDevice } from "../devices/change.ts";
import { getPushSetup } from "../devices/list.ts";
import { saveDevice } from "../devices/save.ts";
import { claimDueWork } from "../work.ts";
import { ensureVapidKey } from "./keys.ts";
import { sendNotification } from "./send.ts";

let stack: TestStack;
let push: PushService;
let admin: Context;
beforeAll(async () => {
  push = await startPushService();
  stack = await startTestStack();
  stack.services.push = {
    ...stack.services.push,
    subject: "mailto:soc@contoso.com",
    moreHosts: [push.host],
  };
  await ensureVapidKey(stack.services);
  admin = await stack.asMember("admin");
});
afterAll(async () => {
  await stack.stop();
  await push.stop();
});

async function addDevice(ctx: Context): Promise<string> {
  const { publicKey } = await getPushSetup(ctx);
  const { endpoint, keys } = push.subscribe();
  const input = { subscription: { endpoint, keys }, publicKey, userAgent: "Test", hasTouch: true };
  return (await saveDevice(ctx, input)).id;
}

it("sends more at once than there are connections to the database", async () => {
  const ids: string[] = [];
  while (ids.length < 20) ids.push(await addDevice(admin));
  for (const id of ids) await testDevice(admin, id);
  const leases = await claimDueWork.notifications(stack.services, 60_000, 100);
  expect(leases).toHaveLength(20);
  await Promise.all(leases.map((lease) => sendNotification(stack.services, lease)));
  expect(push.received).toHaveLength(20);
}, 20_000);
