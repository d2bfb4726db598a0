import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { inOrganisation, takeChanges } from "#db/client.ts";
import { insertSession } from "#db/queries/identity/sessions.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import { readEvents } from "#test/event-stream.ts";
import { connect, people, saveDelegated } from "#test/sign-in.ts";
import { development, formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, makeDue, save, signal } from "#test/steps.ts";
import { disconnect } from "#lib/sources/accounts/list.ts";
import type { Context } from "#lib/core/context.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { type Hub, openHub } from "./hub.ts";
import { openStream } from "./open.ts";

let stack: TestStack;
let hub: Hub;
beforeAll(async () => {
  stack = await startTestStack();
  hub = openHub(stack.services);
});
afterAll(async () => {
  hub.close();
  await stack.stop();
});

async function follow(ctx: Context) {
  const { actor } = ctx;
  if (actor.kind !== "user") throw new Error("nobody");
  const idHash = sha256(newId());
  await insertSession(stack.services.db, {
    idHash,
    userId: actor.userId,
    organisationId: actor.organisationId,
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  const body = await openStream(ctx, hub, { after: 0, credential: { sessionHash: idHash } });
  if (!body) throw new Error("too many");
  return readEvents(body);
}

describe("a stream for people whose own accounts decide what they see", () => {
  it("carries nothing the vendor refuses them, from the moment of the refusal, and announces changed access", async () => {
    const admin = await stack.asMember("admin");
    const { organisationId } = admin.actor;
    const reader = await stack.asMember("analyst", organisationId);
    const outsider = await stack.asMember("analyst", organisationId);
    const delegated = await saveDelegated(admin, { ...formValues, subscriptionIds: production }, people.ana);
    const shared = await save(admin, { ...formValues, displayName: "Shared", subscriptionIds: development });
    expect(await connect(reader, delegated, people.vera)).toMatchObject({ type: "connected" });
    await connect(outsider, delegated, people.nils);
    await makeDue(stack.services);
    for (const lease of await leasePolls(stack.services, 10))
      await pollConfiguration(stack.services, lease, signal);
    const idsOf = async (ctx: Context, configuration: string) =>
      (await feed(ctx, { configuration })).items.map((item) => item.id);
    const delegatedIds = await idsOf(admin, delegated);
    expect(delegatedIds.length).toBeGreaterThan(2);
    expect(await idsOf(outsider, delegated)).toEqual([]);
    const touch = (id: string) =>
      inOrganisation(stack.services.db, organisationId, async (tx) => {
        const sequence = await takeChanges(tx, organisationId, 1);
        await tx.execute(`update detections set change_sequence = ${sequence} where id = '${id}'`);
        return sequence;
      });

    const [seesAll, seesShared] = [await follow(reader), await follow(outsider)];
    await vi.waitFor(() => {
      expect(seesAll.events.some((event) => event.data.configurationId === delegated)).toBe(true);
      expect(seesShared.events.some((event) => event.data.configurationId === shared)).toBe(true);
    });
    for (const id of delegatedIds) await touch(id);
    const [open = ""] = await idsOf(admin, shared);
    const marker = await touch(open);
    for (const stream of [seesAll, seesShared])
      await vi.waitFor(() => expect(stream.events.map(({ id }) => id)).toContain(marker), {
        timeout: 8_000,
      });
    expect(JSON.stringify(seesShared.events)).not.toContain(delegated);
    for (const id of delegatedIds) expect(JSON.stringify(seesShared.events)).not.toContain(id);
    expect(seesAll.events.map(({ event }) => event)).not.toContain("access");

    await disconnect(reader, delegated);
    const after = await touch(delegatedIds[0] ?? "");
    await vi.waitFor(() => expect(seesAll.events.at(-1)?.event).toBe("access"), { timeout: 12_000 });
    await touch(open);
    await vi.waitFor(() => expect(seesAll.events.at(-1)?.data.id).toBe(open), { timeout: 8_000 });
    expect(seesAll.events.filter(({ event }) => event === "detection").map(({ id }) => id)).not.toContain(
      after,
    );
    await seesAll.close();
    await seesShared.close();
  });
});
