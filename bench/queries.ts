import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { findDetections, listCounts, listFeedRows } from "#db/queries/triage/feed.ts";
import type { DetectionOrder, DetectionQuery } from "#lib/domain/detection-query.ts";
import { queryOfView } from "#lib/domain/view.ts";
import type { Transaction } from "#db/client.ts";
import * as schema from "#db/schema/index.ts";
import { figuresOf, report } from "./figures.ts";

type Measured = {
  /** the address of the database for the portal's role */
  appUrl: string;
  organisationId: string;
  configurationId: string;
  /** how many rows of the feed precede the page that is read deep in the list */
  deep: number;
};

/** Measures the database queries alone, as the portal's role. The figures are execution times from EXPLAIN ANALYZE. */
// long: one query after the other, in the order they are measured
export async function measureQueries({
  appUrl,
  organisationId,
  configurationId,
  deep,
}: Measured): Promise<void> {
  const client = postgres(appUrl, { max: 1, onnotice: () => {} });
  let queries: { query: string; params: unknown[] }[] = [];
  const db = drizzle(client, {
    schema,
    logger: { logQuery: (query, params) => void queries.push({ query, params }) },
  });
  const explain = async (
    name: string,
    work: (tx: Parameters<Parameters<typeof db.transaction>[0]>[0]) => Promise<unknown>,
    aim?: number,
  ) => {
    const took: number[] = [];
    let plan = "";
    for (let run = 0; run < 40; run++) {
      await db.transaction(async (tx) => {
        await tx.execute(`select set_config('app.organisation_id', '${organisationId}', true)`);
        queries = [];
        await work(tx);
      });
      let sum = 0;
      await client.begin(async (tx) => {
        await tx`select set_config('app.organisation_id', ${organisationId}, true)`;
        for (const { query, params } of queries) {
          const [row] = await tx.unsafe(`explain (analyze, format json) ${query}`, params as never[]);
          const [answer] = (row?.["QUERY PLAN"] ?? []) as { "Execution Time": number; Plan: object }[];
          sum += answer?.["Execution Time"] ?? Number.NaN;
          plan = JSON.stringify(answer?.Plan);
        }
      });
      if (run >= 5) took.push(sum);
    }
    report(`database: ${name}`, figuresOf(took), aim);
    if (
      /"Node Type":"Seq Scan","Parallel Aware":[a-z]+,"Async Capable":[a-z]+,"Relation Name":"detections"/.test(
        plan,
      )
    )
      console.log(`  scans all of detections: ${plan.slice(0, 600)}`);
  };
  const at = (rows: number) => ({
    rank: null,
    at: new Date(Date.now() - rows * 105_000).toISOString().replace("Z", "000Z"),
    id: "ffffffff-ffff-7fff-8fff-ffffffffffff",
  });
  const page = async (
    tx: Transaction,
    query: DetectionQuery,
    { order = "newest" as DetectionOrder, cursor = null as ReturnType<typeof at> | null } = {},
  ) => {
    const ids = await findDetections(tx, query, { readable: null, order, cursor, limit: 51 });
    return listFeedRows(tx, organisationId, ids);
  };
  await explain("first page", (tx) => page(tx, { all: [] }), 1);
  await explain(
    `page ${deep.toLocaleString("en")} deep`,
    (tx) => page(tx, { all: [] }, { cursor: at(deep) }),
    1,
  );
  await explain(
    "needs triage, by severity",
    (tx) => page(tx, queryOfView("triage", null), { order: "severity" }),
    50,
  );
  await explain("filtered by severity, status, configuration", (tx) =>
    page(tx, {
      all: [
        { field: "severity", in: ["high"] },
        { field: "status", in: ["active"] },
        { field: "configuration", in: [configurationId] },
      ],
    }),
  );
  await explain("counts", (tx) => listCounts(tx, organisationId), 100);
  for (const text of ["suspicious", "rareword", "vm-app-77", "nothing-holds-this"])
    await explain(`text “${text}”`, (tx) => page(tx, { field: "text", has: text }), 100);
  await client.end({ timeout: 5 });
}
