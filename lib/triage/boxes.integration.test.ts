import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { severities, severityRank } from "#lib/domain/severity.ts";
import { statuses, targetStatuses } from "#lib/domain/status.ts";
import { isInView, type View, views } from "#lib/domain/view.ts";
import { FeedQuery } from "#lib/schemas/detections.ts";
import { fill } from "#test/fill.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import type { Context } from "#lib/core/context.ts";
import { type FeedItem, listDetections } from "./list.ts";

const count = 120;
let stack: TestStack;
let ctx: Context;
let reader: { organisationId: string; userId: string };
let owner: postgres.Sql;

beforeAll(async () => {
  stack = await startTestStack();
  ctx = await stack.asMember("analyst");
  reader = ctx.actor as typeof reader;
  await fill(stack.database.superUrl, reader.organisationId, reader.userId, count);
  owner = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
}, 60_000);
afterAll(async () => {
  await owner.end();
  await stack.stop();
});

const query = (more: object) => FeedQuery.parse({ view: "all", ...more });

/** Reads every page of a view. */
async function whole(view: View, more: object = {}): Promise<FeedItem[]> {
  const found: FeedItem[] = [];
  let cursor: string | null = null;
  do {
    const page = await listDetections(ctx, query({ view, ...more }), cursor);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return found;
}

/** Sets columns of one detection, and returns its box. */
async function boxWith(columns: Record<string, unknown>): Promise<string> {
  const plain = {
    is_sample: false,
    status: "active",
    pending_status: null,
    owner_id: null,
    owned_since: null,
    is_backlog: false,
    severity: "high",
  };
  const [row] = await owner<{ box: string }[]>`
    update detections set ${owner({ ...plain, ...columns } as never)}
    where id = (select id from detections where organisation_id = ${reader.organisationId} order by id limit 1)
    returning box`;
  return row?.box ?? "";
}

describe("the box of a detection", () => {
  const owned = () => ({ owner_id: reader.userId, owned_since: new Date() });
  const cases: [name: string, columns: () => Record<string, unknown>, box: string][] = [
    ["a new alert", () => ({}), "triage"],
    ["an unknown status is Active", () => ({ status: "unknown" }), "triage"],
    ["an unknown severity is High", () => ({ severity: "unknown" }), "triage"],
    ["Informational", () => ({ severity: "informational" }), "information"],
    ["Informational with an owner", () => ({ severity: "informational", ...owned() }), "owned"],
    ["acknowledged", owned, "owned"],
    ["In Progress, owned by nobody here", () => ({ status: "in_progress" }), "owned"],
    ["a pending In Progress", () => ({ pending_status: "in_progress" }), "owned"],
    ["a pending close", () => ({ pending_status: "dismissed", ...owned() }), "closed"],
    ["a pending reopening", () => ({ status: "resolved", pending_status: "active", ...owned() }), "owned"],
    ["closed by others", () => ({ status: "dismissed" }), "closed"],
    ["old at its source's first poll", () => ({ is_backlog: true }), "backlog"],
    ["old and Informational", () => ({ is_backlog: true, severity: "informational" }), "backlog"],
    ["old and acknowledged", () => ({ is_backlog: true, ...owned() }), "owned"],
    ["a closed sample", () => ({ is_sample: true, status: "resolved" }), "sample"],
    ["an owned sample", () => ({ is_sample: true, ...owned() }), "sample"],
  ];
  it.each(cases)("%s", async (_name, columns, box) => {
    expect(await boxWith(columns())).toBe(box);
  });
});

describe("views, pages and counts", () => {
  const state = fc.record({
    is_sample: fc.boolean(),
    status: fc.constantFrom(...statuses),
    pending_status: fc.option(fc.constantFrom(...targetStatuses)),
    isOwned: fc.option(fc.boolean()),
    is_backlog: fc.boolean(),
    severity: fc.constantFrom(...severities),
    sync_state: fc.constantFrom("idle", "held", "diverged", "failed"),
  });

  it("agree for every combination of states: the boxes add up to All, and each list is what its number says", async () => {
    const ids = await owner<{ id: string }[]>`
      select id from detections where organisation_id = ${reader.organisationId} order by id`;
    const stranger = await stack.asMember("analyst");
    const other = stranger.actor as typeof reader;
    await fc.assert(
      fc.asyncProperty(fc.array(state, { minLength: 1, maxLength: count }), async (states) => {
        await owner.begin(async (tx) => {
          for (const [at, { isOwned, ...columns }] of states.entries())
            await tx`update detections set ${tx({
              ...columns,
              severity_rank: severityRank[columns.severity],
              owner_id: isOwned === null ? null : isOwned ? reader.userId : other.userId,
              owned_since: isOwned === null ? null : new Date(),
            } as never)} where id = ${ids[at]?.id ?? ""}`;
        });
        const { counts, oldestHigh } = await listDetections(ctx, query({}), null);
        const all = await whole("all");
        expect(all).toHaveLength(count);
        const inBoxes = await owner<{ box: string; n: number }[]>`
          select box, sum(count)::integer as n from detection_counts where organisation_id = ${reader.organisationId}
          group by 1`;
        expect(inBoxes.reduce((sum, { n }) => sum + n, 0)).toBe(count);
        for (const view of views) {
          const items = await whole(view);
          const wanted = all.filter((item) => isInView(view, item, reader.userId));
          expect([view, items.map(({ id }) => id).toSorted()]).toEqual([
            view,
            wanted.map(({ id }) => id).toSorted(),
          ]);
          const high = items.filter(({ severity }) => severity === "high" || severity === "unknown").length;
          expect([view, counts.view[view]]).toEqual([view, { total: items.length, high }]);
        }
        const urgent = (await whole("triage")).filter(({ severity }) => severityRank[severity] === 4);
        expect(oldestHigh?.id ?? null).toBe(urgent.at(-1)?.id ?? null);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it("list the most urgent first, then the newest", async () => {
    const items = await whole("triage");
    const keys = items.map(({ severity, occurredAt, id }) => `${severityRank[severity]} ${occurredAt} ${id}`);
    expect(keys).toEqual(keys.toSorted().toReversed());
    const searched = await whole("triage", { q: "seen on a host" });
    expect(searched.map(({ id }) => id).toSorted()).toEqual(items.map(({ id }) => id).toSorted());
    expect(searched.map(({ occurredAt }) => occurredAt)).toEqual(
      searched
        .map(({ occurredAt }) => occurredAt)
        .toSorted()
        .toReversed(),
    );
  });

  it("a cursor of another order means the first page", async () => {
    const first = await listDetections(ctx, query({ view: "triage" }), null);
    const last = first.items.at(-1);
    const again = await listDetections(
      ctx,
      query({ view: "triage" }),
      `${last?.occurredAt.replace("Z", "000Z")}_${last?.id}`,
    );
    expect(again.items.map(({ id }) => id)).toEqual(first.items.map(({ id }) => id));
  });
});

it("a query that isn't one is refused by the database", async () => {
  const app = postgres(stack.database.appUrl, { max: 1, onnotice: () => {} });
  const find = (node: object, order = "newest") =>
    app.begin(async (tx) => {
      await tx`select set_config('app.organisation_id', ${reader.organisationId}, true)`;
      return tx`select id from find_detections(${JSON.stringify(node)}::text::jsonb, null, ${order}, null, null, null, 5)`;
    });
  for (const node of [
    {},
    [],
    { field: "title", in: ["x"] },
    { field: "severity" },
    { field: "organisation_id", in: [reader.organisationId] },
    { field: "text" },
    { all: [{ field: "sql", has: "1=1) or (1=1" }] },
  ])
    await expect(find(node)).rejects.toMatchObject({ code: "22023" });
  await expect(find({ all: [] }, "id; drop table detections")).rejects.toMatchObject({ code: "P0001" });
  // a value is never read as SQL
  for (const has of ["' or '1'='1", "\\' or 1=1 --", "%", "_", "$$"])
    expect(await find({ field: "text", has })).toEqual([]);
  expect(await find({ field: "severity", in: ["high' or '1'='1"] })).toEqual([]);
  await app.end();
});
