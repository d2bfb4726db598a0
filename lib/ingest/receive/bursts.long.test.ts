import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { goodAlert } from "#test/alerts.ts";
import { inParallel, type Sent, sendAsLogicApp } from "#test/logic-app.ts";
import { webhookBodyOf } from "#test/webhook-bodies.ts";
import { type WebhookStack, startWebhookStack } from "#test/webhook-stack.ts";
import { formValues } from "#test/stack.ts";
import { save } from "#test/steps.ts";

let stack: WebhookStack;
beforeAll(async () => {
  stack = await startWebhookStack("test-push");
  await save(stack.admin, formValues);
});
afterAll(() => stack.stop());

const query = <T extends Record<string, unknown>>(text: string) =>
  inOrganisation(stack.services.db, stack.admin.actor.organisationId, (tx) => tx.execute<T>(text));

const burst = (prefix: string, count: number): Promise<Sent[]> =>
  inParallel(
    Array.from({ length: count }, (_none, index) => `${prefix}-${index}`),
    50,
    (name) =>
      sendAsLogicApp(
        stack.address,
        stack.token,
        name,
        JSON.stringify(webhookBodyOf(goodAlert({ systemAlertId: name }, name))),
      ),
  );

/** Waits until a burst of deliveries is merged, and counts what was stored, refused and lost. */
async function outcomeOf(prefix: string, sent: readonly Sent[]) {
  await stack.drained();
  const [found] = await query<{ rows: number; alerts: number; numbers: number }>(
    `select count(*)::int as rows, count(distinct identity)::int as alerts,
      count(distinct change_sequence)::int as numbers
      from detections join detection_sources on detection_id = id
      where normalised->>'vendorAlertId' like '${prefix}-%'`,
  );
  const acknowledged = sent.map(({ answer }) => /delivery ([0-9a-f-]{36})/.exec(answer)?.[1] ?? "none");
  const kept = await query<{ id: string }>(
    "select id from deliveries where outcome in ('accepted', 'duplicate')",
  );
  const ids = new Set(kept.map((row) => row.id));
  return {
    ...found,
    refused: sent.filter(({ status }) => status !== 200).length,
    acknowledged: new Set(acknowledged).size,
    acknowledgedAndLost: acknowledged.filter((id) => !ids.has(id)).length,
  };
}

/**
 * The expected outcome of a burst without loss: each delivery is acknowledged and stored, and each alert is one detection
 * with its own change number.
 */
const complete = (count: number) => ({
  rows: count,
  alerts: count,
  numbers: count,
  refused: 0,
  acknowledged: count,
  acknowledgedAndLost: 0,
});

describe("a burst of deliveries is neither lost nor duplicated", () => {
  it("while a web process is killed, with 2,000 deliveries", async () => {
    const sending = burst("web", 2_000);
    // in the middle of the burst
    await pause(1_000);
    await stack.killWeb(0);
    expect(await outcomeOf("web", await sending)).toEqual(complete(2_000));
  });

  it("while PostgreSQL is stopped and started", async () => {
    const sending = burst("stop", 400);
    // in the middle of the burst
    await pause(700);
    await stack.restartPostgres(1_500);
    const sent = await sending;
    expect(await outcomeOf("stop", sent)).toEqual(complete(400));
    expect(sent.some(({ attempts }) => attempts > 1)).toBe(true);
  });

  it("while both workers are killed as they merge", async () => {
    const sending = burst("worker", 400);
    // in the middle of the burst
    await pause(600);
    await stack.killWorker(0);
    // time for the other worker to take over
    await pause(300);
    await stack.killWorker(1);
    expect(await outcomeOf("worker", await sending)).toEqual(complete(400));
  });

  it("while the disk is full, which is answered with 503 and Retry-After", async () => {
    const superuser = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
    await superuser.unsafe(`create function full_disk() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
    await superuser.unsafe("create trigger full_disk before insert on inbox execute function full_disk()");
    const refused = await fetch(`${stack.address()}/api/webhooks/azure-logic-app/${stack.token}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "10"]);
    const sending = burst("disk", 100);
    // in the middle of the burst
    await pause(800);
    await superuser.unsafe("drop trigger full_disk on inbox");
    await superuser.end();
    expect(await outcomeOf("disk", await sending)).toEqual(complete(100));
  });
});
