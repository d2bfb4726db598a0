import postgres from "postgres";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { inOrganisation, takeChanges } from "#db/client.ts";
import { insertSession } from "#db/queries/identity/sessions.ts";
import type { Context } from "#lib/core/context.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import { readEvents } from "#test/event-stream.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import { openHub } from "./hub.ts";
import { openStream } from "./open.ts";

let stack: TestStack;
let owner: postgres.Sql;
let admin: Context;
let userId: string;
beforeAll(async () => {
  stack = await startTestStack();
  owner = postgres(stack.database.superUrl, { max: 2, onnotice: () => {} });
  admin = await stack.asMember("admin");
  if (admin.actor.kind !== "user") throw new Error("nobody");
  ({ userId } = admin.actor);
});
afterAll(async () => {
  await owner.end();
  await stack.stop();
});

async function follow() {
  const idHash = sha256(newId());
  await insertSession(stack.services.db, {
    idHash,
    userId,
    organisationId: admin.actor.organisationId,
    lastSeenAt: new Date(),
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  const hub = openHub(stack.services);
  const body = await openStream(admin, hub, { after: null, credential: { sessionHash: idHash } });
  if (!body) throw new Error("too many");
  const stream = readEvents(body);
  const end = { how: "" };
  void stream.ended.then((how) => (end.how = how));
  return { end, close: () => stream.close().finally(() => hub.close()) };
}

describe("a stream", () => {
  it("ends within 8 seconds when the database answers nothing, so that no page goes on saying Live", async () => {
    const { end, close } = await follow();
    await owner.begin(async (locked) => {
      await locked`lock table change_sequences in access exclusive mode`;
      await vi.waitFor(() => expect(end.how).toBe("ended"), { timeout: 8_000 });
    });
    await close();
  });

  it("goes on while writers hold every connection for 10 seconds, because the database answers them", async () => {
    const { end, close } = await follow();
    const began = performance.now();
    const write = () =>
      inOrganisation(stack.services.db, admin.actor.organisationId, async (tx) => {
        await tx.execute(sql`select pg_sleep(0.3)`);
        await takeChanges(tx, admin.actor.organisationId, 1);
      });
    // they stand in line before any other query
    const all = Array.from({ length: 200 }, async () => {
      while (performance.now() - began < 10_000) await write();
    });
    await Promise.all(all);
    expect(end.how).toBe("");
    await close();
  });
});
