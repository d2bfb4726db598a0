import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { type WebhookStack, startWebhookStack } from "#test/webhook-stack.ts";
import { lookAfterMs, reportWorker } from "./worker-silence.ts";

let stack: WebhookStack;
beforeAll(async () => {
  stack = await startWebhookStack("test-silence", { webs: 2, workers: 0 });
});
afterAll(() => stack.stop());

it("of two webs beside a worker that has stopped, one raises the alarm", async () => {
  const alarms = async () => {
    const { services, admin } = stack;
    const { organisationId } = admin.actor;
    return inOrganisation(services.db, organisationId, (tx) =>
      tx.execute<{ title: string }>("select title from alarms where kind = 'worker_silent'"),
    );
  };
  await reportWorker(stack.services);
  await stack.asOwner("update worker_presence set seen_at = seen_at - interval '1 hour'");
  expect(await alarms()).toHaveLength(0);
  // both look a moment after their start, and then every few seconds
  await vi.waitFor(async () => expect(await alarms()).toHaveLength(1), {
    timeout: lookAfterMs + 40_000,
    interval: 1_000,
  });
  expect(await alarms()).toMatchObject([{ title: "PocketSOC's worker has stopped" }]);
}, 240_000);
