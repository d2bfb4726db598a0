import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as schema from "#db/schema/index.ts";
import { FeedQuery } from "#lib/schemas/detections.ts";
import { fill } from "#test/fill.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import type { Context } from "#lib/core/context.ts";
import { acknowledgeDetections } from "./acknowledge.ts";
import { getDetection } from "./get.ts";
import { listDetections } from "./list.ts";

type Node = {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  Plans?: Node[];
};
type Scan = { type: string; index: string | null; table: string; rows: number };

const perOrganisation = 10_000;
let stack: TestStack;
let ctx: Context;
let client: postgres.Sql;
let configurationId: string;
let logged: string[] = [];

/** Turns on PostgreSQL's auto_explain, which logs the plan of every query, also of queries inside functions. */
beforeAll(async () => {
  stack = await startTestStack();
  const database = new URL(stack.database.superUrl).pathname.slice(1);
  const owner = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
  for (const [name, value] of [
    ["session_preload_libraries", "auto_explain"],
    ["auto_explain.log_min_duration", "0"],
    ["auto_explain.log_analyze", "on"],
    ["auto_explain.log_nested_statements", "on"],
    ["auto_explain.log_format", "json"],
    ["client_min_messages", "log"],
  ])
    await owner.unsafe(`alter database "${database}" set ${name} = '${value}'`);
  await owner.end();
  for (const _organisation of [1, 2]) {
    ctx = await stack.asMember("analyst");
    const { organisationId, userId } = ctx.actor as { organisationId: string; userId: string };
    [configurationId = ""] = await fill(stack.database.superUrl, organisationId, userId, perOrganisation);
  }
  client = postgres(stack.database.appUrl, {
    max: 1,
    onnotice: (notice) => logged.push(notice.message ?? ""),
  });
  ctx = { ...ctx, services: { ...ctx.services, db: drizzle(client, { schema }) } };
});
afterAll(async () => {
  await client.end();
  await stack.stop();
});

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Runs `work`. Returns every scan of a table or an index that the database makes for it. */
async function scansOf(work: () => Promise<unknown>): Promise<Scan[]> {
  logged = [];
  await work();
  const plans = logged
    .filter((message) => message.includes("plan:"))
    .map((message) => (JSON.parse(message.slice(message.indexOf("{"))) as { Plan: Node }).Plan);
  return plans.flatMap(nodesOf).flatMap((node) => {
    const table = node["Relation Name"];
    if (!table && !node["Index Name"]) return [];
    const rows = (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
    return [{ type: node["Node Type"], index: node["Index Name"] ?? null, table: table ?? "", rows }];
  });
}

const growing = ["detections", "detection_sources", "detection_events", "changes", "audit_events"];
const fullScans = (scans: Scan[]) =>
  scans.filter((scan) => scan.type === "Seq Scan" && growing.includes(scan.table));
const rowsOf = (scans: Scan[]) =>
  Math.max(0, ...scans.filter((scan) => scan.table === "detections").map((scan) => scan.rows));
const indexesOf = (scans: Scan[]) => [...new Set(scans.flatMap((scan) => scan.index ?? []))];
const list = (query: object, cursor: string | null = null) =>
  listDetections(ctx, FeedQuery.parse({ view: "all", ...query }), cursor);

describe("query plans of a feed with 10,000 detections", () => {
  it("show a full table scan where there is one", async () => {
    const scans = await scansOf(
      () => client`select count(*) from (select random() from detections where title || '' = 'x') t`,
    );
    // without an organisation, row-level security hides every row; with one, the whole table is read
    expect(scans.length).toBeGreaterThan(0);
    const whole = await scansOf(() =>
      client.begin(async (tx) => {
        await tx`select set_config('app.organisation_id', ${ctx.actor.organisationId}, true)`;
        await tx`set local enable_indexscan = off`;
        await tx`set local enable_bitmapscan = off`;
        await tx`set local enable_indexonlyscan = off`;
        await tx`select count(*) from detections where title || '' = 'x'`;
      }),
    );
    expect(fullScans(whole)).toHaveLength(1);
    expect(rowsOf(whole)).toBeGreaterThanOrEqual(perOrganisation);
  });

  const cursor = () => {
    const at = new Date(Date.now() - perOrganisation * 0.66 * 105_000).toISOString().replace("Z", "000Z");
    return `${at}_ffffffff-ffff-7fff-8fff-ffffffffffff`;
  };
  const pages: [name: string, query: () => object, deep: boolean, index: string, rowsMax: number][] = [
    ["the first page", () => ({}), false, "detections_feed", 51],
    ["a page two thirds down", () => ({}), true, "detections_feed", 51],
    ["of the last 24 hours", () => ({ range: "24h" }), false, "detections_feed", 51],
    ["of one severity", () => ({ severity: "high" }), false, "detections_by_severity", 51],
    ["of one severity, deep", () => ({ severity: "high" }), true, "detections_by_severity", 51],
    ["of one status", () => ({ status: "in_progress" }), false, "detections_by_status", 51],
    [
      "of one configuration",
      () => ({ configuration: configurationId }),
      false,
      "detections_by_configuration",
      51,
    ],
    ["of two statuses", () => ({ status: "active,in_progress" }), false, "detections_", 600],
    [
      "of a severity, a status and a configuration",
      () => ({ severity: "high", status: "active", configuration: configurationId }),
      false,
      "detections_by_",
      3_000,
    ],
  ];
  it.each(pages)(
    "%s: uses an index and reads only the rows it needs",
    async (_name, query, deep, index, rowsMax) => {
      const scans = await scansOf(async () => {
        const page = await list(query(), deep ? cursor() : null);
        expect(page.items).toHaveLength(50);
      });
      expect(fullScans(scans)).toEqual([]);
      expect(indexesOf(scans).some((name) => name.startsWith(index))).toBe(true);
      expect(rowsOf(scans)).toBeLessThanOrEqual(rowsMax);
    },
  );

  it.each([
    ["a word in half of all detections", "suspicious", 50],
    ["a rare word", "rareword", 1],
    ["no match at all", "nothing-holds-this", 0],
  ])("text search for %s never scans the whole table", async (_name, q, found) => {
    const scans = await scansOf(async () => expect((await list({ q })).items).toHaveLength(found));
    expect(fullScans(scans)).toEqual([]);
    expect(rowsOf(scans)).toBeLessThanOrEqual(5_000);
  });

  it("counts are read from a table of counts", async () => {
    const scans = await scansOf(() => list({}));
    expect(scans.filter((scan) => scan.table === "detection_counts").length).toBeGreaterThan(0);
    expect(rowsOf(scans)).toBeLessThanOrEqual(51);
  });

  it("a detection is read and acknowledged by its key", async () => {
    const id = (await list({})).items[0]?.id ?? "";
    const scans = await scansOf(() => getDetection(ctx, id));
    expect(fullScans(scans)).toEqual([]);
    // the last note comes from detections of the same type and resource
    expect(rowsOf(scans)).toBeLessThanOrEqual(50);
    const written = await scansOf(() => acknowledgeDetections(ctx, [id]));
    expect(fullScans(written)).toEqual([]);
    expect(rowsOf(written)).toBeLessThanOrEqual(2);
  });
});
