import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { inOrganisation, type Transaction, takeChanges } from "#db/client.ts";
import { deleteDetections } from "#db/queries/triage/configuration-rows.ts";
import { insertSession, revokeSession, touchSession } from "#db/queries/identity/sessions.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import { ApiDetectionItem } from "#lib/schemas/api.ts";
import { readEvents } from "#test/event-stream.ts";
import { fill } from "#test/fill.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import { feed } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { changeRole, removeMember } from "#lib/identity/team/members.ts";
import { createToken } from "#lib/identity/api-tokens/create.ts";
import { revokeToken } from "#lib/identity/api-tokens/revoke.ts";
import { type Hub, openHub, streamsOfOneMax } from "./hub.ts";
import { openStream } from "./open.ts";

const rowCount = 60;
const within8s = { timeout: 8_000 };
const until = (check: () => void | Promise<void>) => vi.waitFor(check, within8s);
let stack: TestStack;
let owner: postgres.Sql;
let admin: Context;
let organisationId: string;
let configurationIds: string[];
let ids: string[];
let hub: Hub;
const opened: { close(): Promise<void> }[] = [];

async function team(): Promise<{ ctx: Context; ids: string[]; configurationIds: string[] }> {
  const ctx = await stack.asMember("admin");
  if (ctx.actor.kind !== "user") throw new Error("nobody");
  const made = await fill(stack.database.superUrl, ctx.actor.organisationId, ctx.actor.userId, rowCount);
  await owner`update change_sequences set last_sequence = ${rowCount} where organisation_id = ${ctx.actor.organisationId}`;
  const rows = await owner<{ id: string }[]>`
    select id from detections where organisation_id = ${ctx.actor.organisationId} order by change_sequence`;
  return { ctx, ids: rows.map((row) => row.id), configurationIds: made };
}

beforeAll(async () => {
  stack = await startTestStack();
  owner = postgres(stack.database.superUrl, { max: 3, onnotice: () => {} });
  ({ ctx: admin, ids, configurationIds } = await team());
  ({ organisationId } = admin.actor);
  hub = openHub(stack.services);
});
afterEach(async () => {
  for (const stream of opened.splice(0)) await stream.close();
});
afterAll(async () => {
  hub.close();
  await owner.end();
  await stack.stop();
});

const personOf = (ctx: Context) => {
  if (ctx.actor.kind !== "user") throw new Error("nobody");
  return ctx.actor;
};

async function sessionFor(ctx: Context): Promise<Buffer> {
  const idHash = sha256(newId());
  const now = new Date();
  await insertSession(stack.services.db, {
    idHash,
    userId: personOf(ctx).userId,
    organisationId: ctx.actor.organisationId,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + 3_600_000),
  });
  return idHash;
}

async function follow(ctx: Context, after: number | null, of: Hub = hub, sessionHash?: Buffer) {
  const credential = { sessionHash: sessionHash ?? (await sessionFor(ctx)) };
  const body = await openStream(ctx, of, { after, credential });
  if (!body) throw new Error("too many");
  const reading = readEvents(body);
  opened.push(reading);
  const sequences = () =>
    reading.events.filter(({ event }) => ["detection", "deleted"].includes(event)).map(({ id }) => id);
  const named = (name: string) => reading.events.filter(({ event }) => event === name);
  return { ...reading, sequences, named };
}

/** Gives a row the next change number, as every write does, and returns the number. */
async function touch(tx: Transaction, of: string, id: string): Promise<number> {
  const sequence = await takeChanges(tx, of, 1);
  await tx.execute(
    `update detections set change_sequence = ${sequence} where organisation_id = '${of}' and id = '${id}'`,
  );
  return sequence;
}
const change = (id: string, of = organisationId) =>
  inOrganisation(stack.services.db, of, (tx) => touch(tx, of, id));
const last = async () => (await feed(admin)).changeSequence;
const idAt = (index: number) => ids[index] ?? "";

describe("a stream", () => {
  it("begins at the page's change number and carries changes in order, each in the shape of a list item", async () => {
    const { changeSequence, items } = await feed(admin);
    const stream = await follow(admin, changeSequence);
    const made: number[] = [];
    for (const id of [idAt(3), idAt(1), idAt(3), idAt(7)]) made.push(await change(id));
    await until(() => expect(stream.sequences()).toContain(made[3]));
    expect(stream.sequences()).toEqual(made.slice(stream.sequences().length === 3 ? 1 : 0));
    const [event] = stream.events;
    expect(ApiDetectionItem.strict().parse(event?.data)).toEqual(event?.data);
    const row = (await feed(admin, { id: event?.data.id })).items[0];
    expect(stream.events.findLast(({ data }) => data.id === row?.id)?.data).toEqual(row);
    expect(items).toHaveLength(50);
  });

  it("begins now without an id, and carries everything from 0", async () => {
    const now = await follow(admin, null);
    const all = await follow(admin, 0);
    await until(() => expect(all.sequences()).toHaveLength(rowCount));
    const sequence = await change(idAt(0));
    await until(() => expect(now.sequences()).toEqual([sequence]));
    await until(() => expect(all.sequences().at(-1)).toBe(sequence));
    expect(all.sequences()).toEqual(all.sequences().toSorted((a, b) => a - b));
  });

  it("continues after the last id of a closed stream, over several pages and deletions", async () => {
    const from = await last();
    const first = await follow(admin, from);
    await change(idAt(0));
    await until(() => expect(first.sequences()).toHaveLength(1));
    const left = first.events.at(-1)?.id ?? 0;
    await first.close();
    // more than two pages of rows, then deletions
    for (let turn = 0; turn < 9; turn++)
      await inOrganisation(stack.services.db, organisationId, async (tx) => {
        for (const id of ids) await touch(tx, organisationId, id);
      });
    const inThird = (await feed(admin, { configuration: configurationIds[2] })).items.length;
    await inOrganisation(stack.services.db, organisationId, (tx) =>
      deleteDetections(tx, organisationId, configurationIds[2] ?? "", 200, new Date()),
    );
    const again = await follow(admin, left);
    await until(() => expect(again.named("deleted")).toHaveLength(20));
    expect(inThird).toBe(20);
    expect(new Set(again.named("detection").map(({ data }) => data.id)).size).toBe(rowCount - 20);
    expect(again.sequences()).toEqual(again.sequences().toSorted((a, b) => a - b));
    expect(again.events.at(-1)?.id).toBe(await last());
    expect(again.named("reset")).toEqual([]);
    ids = ids.filter((id) => !again.named("deleted").some(({ data }) => data.id === id));
  });

  it("sends reset for an id beyond the sequence, and for one older than the tombstones that are kept", async () => {
    const end = await last();
    const beyond = await follow(admin, end + 1_000);
    await until(() => expect(beyond.events).toMatchObject([{ event: "reset", id: end }]));
    await owner`update detection_events set at = at - interval '40 days' where organisation_id = ${organisationId}`;
    await owner`update detection_tombstones set deleted_at = deleted_at - interval '40 days' where organisation_id = ${organisationId}`;
    await change(idAt(0));
    const old = await follow(admin, end);
    await until(() => expect(old.events).toMatchObject([{ event: "reset", id: end + 1 }]));
    const sequence = await change(idAt(1));
    await until(() => expect(old.sequences()).toEqual([sequence]));
    // a database restored from a backup, under an open stream
    await owner`update change_sequences set last_sequence = ${end - 50} where organisation_id = ${organisationId}`;
    await until(() => expect(old.named("reset").at(-1)?.id).toBe(end - 50));
    await owner`update detection_events set at = now() where organisation_id = ${organisationId}`;
    await owner`update change_sequences set last_sequence = ${end + 2} where organisation_id = ${organisationId}`;
    await until(() => expect(old.sequences().at(-1)).toBe(sequence));
  });
});

describe("a late commit", () => {
  it("delays the commits with later numbers, and no open or resumed stream misses one of them", async () => {
    const from = await last();
    const second = openHub(stack.services);
    const streams = [await follow(admin, from), await follow(admin, from), await follow(admin, from, second)];
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    let reportSequence: (sequence: number) => void = () => {};
    const firstSequence = new Promise<number>((resolve) => (reportSequence = resolve));
    const late = inOrganisation(stack.services.db, organisationId, async (tx) => {
      reportSequence(await touch(tx, organisationId, idAt(0)));
      await released;
    });
    const first = await firstSequence;
    // every other writer now waits for the lock on the sequence's row
    const others = [1, 2, 3, 4].map((index) => change(idAt(index)));
    const resumed = [await follow(admin, from), await follow(admin, first)];
    // longer than two checks of the sequences, which mustn't find what isn't committed
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    for (const stream of [...streams, ...resumed.slice(0, 1)]) expect(stream.sequences()).toEqual([]);
    // the uncommitted number is beyond the sequence, so a stream can't continue from it
    expect(resumed[1]?.named("reset")).toHaveLength(1);
    release();
    await late;
    const all = [first, ...(await Promise.all(others)).toSorted((a, b) => a - b)];
    expect(all).toEqual(all.map((_, index) => first + index));
    for (const stream of streams) await until(() => expect(stream.sequences()).toEqual(all));
    for (const stream of resumed) await until(() => expect(stream.sequences()).toEqual(all));
    for (const after of all) {
      const again = await follow(admin, after);
      const rest = all.filter((sequence) => sequence > after);
      await until(() => expect(again.sequences()).toEqual(rest));
      await again.close();
    }
    second.close();
  });

  it("that is rolled back leaves nothing but a gap in the numbers", async () => {
    const from = await last();
    const stream = await follow(admin, from);
    await expect(
      inOrganisation(stack.services.db, organisationId, async (tx) => {
        await touch(tx, organisationId, idAt(0));
        throw new Error("rolled back");
      }),
    ).rejects.toThrow("rolled back");
    const sequence = await change(idAt(1));
    await until(() => expect(stream.sequences()).toEqual([sequence]));
  });

  it("among 300 concurrent writers: every stream carries each row's last change, in order", async () => {
    const from = await last();
    const streams = [await follow(admin, from), await follow(admin, from)];
    await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 800));
        await change(idAt(index % ids.length));
      }),
    );
    const rows = await owner<{ change_sequence: string }[]>`
      select change_sequence from detections where organisation_id = ${organisationId} and change_sequence > ${from}
      order by change_sequence`;
    const wanted = rows.map((row) => Number(row.change_sequence));
    for (const stream of streams)
      await until(() => {
        const seen = stream.sequences();
        expect(seen).toEqual(seen.toSorted((a, b) => a - b));
        expect(wanted.filter((sequence) => !seen.includes(sequence))).toEqual([]);
      });
  });
});

describe("when something fails", () => {
  it("a stream is current within 2 seconds although the connection that listens for hints was cut", async () => {
    const stream = await follow(admin, await last());
    await owner`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query ilike 'listen%'`;
    const began = performance.now();
    const sequence = await change(idAt(0));
    await vi.waitFor(() => expect(stream.sequences()).toEqual([sequence]), { timeout: 4_000, interval: 20 });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it("a client that reads nothing is cut off at a megabyte, and misses nothing once it reconnects", async () => {
    const from = await last();
    const body = await openStream(admin, hub, {
      after: from,
      credential: { sessionHash: await sessionFor(admin) },
    });
    const other = await follow(admin, from);
    for (let turn = 0; turn < 45; turn++) {
      await inOrganisation(stack.services.db, organisationId, async (tx) => {
        for (const id of ids) await touch(tx, organisationId, id);
      });
      await vi.waitFor(async () => expect(other.events.at(-1)?.id).toBe(await last()), {
        ...within8s,
        interval: 10,
      });
    }
    const slow = readEvents(body as ReadableStream<Uint8Array>);
    expect(await slow.ended).toBe("broken");
    const again = await follow(admin, slow.events.at(-1)?.id ?? from);
    const end = await last();
    await until(() => expect(again.events.at(-1)?.id).toBe(end));
    expect(hub.countOf(personOf(admin).userId)).toBe(2);
  });

  it("a process that is ending closes its streams and accepts no new ones", async () => {
    const endingHub = openHub(stack.services);
    const stream = await follow(admin, null, endingHub);
    endingHub.close();
    expect(await stream.ended).toBe("ended");
    await expect(follow(admin, null, endingHub)).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("who may have a stream", () => {
  it("never sees another organisation's changes", async () => {
    const other = await team();
    const theirs = other.ctx.actor.organisationId;
    const own = await follow(admin, await last());
    const others = await follow(other.ctx, 0);
    for (const id of other.ids.slice(0, 10)) await change(id, theirs);
    const sequence = await change(idAt(0));
    await until(() => expect(own.sequences()).toEqual([sequence]));
    await until(() => expect(others.sequences().at(-1)).toBe(rowCount + 10));
    for (const { data } of others.named("detection")) expect(other.ids).toContain(data.id);
  });

  it("has at most ten at once; closing one makes room", async () => {
    const viewer = await stack.asMember("viewer", organisationId);
    const credential = { sessionHash: await sessionFor(viewer) };
    const open = () => openStream(viewer, hub, { after: null, credential });
    const bodies = [];
    for (let count = 0; count < streamsOfOneMax; count++) bodies.push(await open());
    expect(await open()).toBeNull();
    await bodies[0]?.cancel();
    bodies[0] = await open();
    for (const body of bodies) await body?.cancel();
    expect(hub.countOf(personOf(viewer).userId)).toBe(0);
  });

  const within5s = { timeout: 5_000, interval: 50 };
  const isEnded = async (stream: Awaited<ReturnType<typeof follow>>) => {
    await vi.waitFor(() => expect(stream.events.at(-1)?.event).toBe("end"), within5s);
    expect(await stream.ended).toBe("ended");
  };

  it("loses it within 5 seconds when the session is revoked or idle, the member is removed or the role changes", async () => {
    const people = await Promise.all(
      Array.from({ length: 4 }, () => stack.asMember("viewer", organisationId)),
    );
    const [signedOut, removed, promoted, idle] = people as [Context, Context, Context, Context];
    const hashes = await Promise.all(people.map(sessionFor));
    const streams = await Promise.all(
      people.map((person, index) => follow(person, null, hub, hashes[index])),
    );
    const stays = await follow(admin, null);
    await revokeSession(stack.services.db, hashes[0] as Buffer, new Date(), "signed_out");
    await removeMember(admin, { userId: personOf(removed).userId });
    await changeRole(admin, { userId: personOf(promoted).userId, role: "analyst" });
    await touchSession(stack.services.db, hashes[3] as Buffer, new Date(Date.now() - 31 * 60_000));
    for (const stream of streams) await isEnded(stream);
    expect(personOf(signedOut).userId).not.toBe(personOf(idle).userId);
    const sequence = await change(idAt(0));
    await until(() => expect(stays.sequences()).toEqual([sequence]));
  });

  it("loses it within 5 seconds when the API token is revoked", async () => {
    const made = await createToken(admin, { name: "feed", scopes: ["read"], expiresInDays: 30 });
    const body = await openStream(admin, hub, { after: null, credential: { tokenId: made.id } });
    const stream = readEvents(body as ReadableStream<Uint8Array>);
    // longer than the interval of the checks, the first of which must leave the stream open
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(stream.events.map(({ event }) => event)).not.toContain("end");
    await revokeToken(admin, made.id);
    await vi.waitFor(() => expect(stream.events.at(-1)?.event).toBe("end"), within5s);
  });
});
