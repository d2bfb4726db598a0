import { spawn } from "node:child_process";
import { join } from "node:path";
import { encode } from "next-auth/jwt";
import { inOrganisation } from "#db/client.ts";
import { putMembership, upsertUser } from "#db/queries/identity/people.ts";
import { newId } from "#lib/platform/ids.ts";
import { FeedQuery } from "#lib/schemas/detections.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { listDetections } from "#lib/triage/list.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { openServices } from "#lib/core/open.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { createOrganisation } from "#lib/identity/organisations/create.ts";
import { openSession } from "#lib/identity/sessions/sign-in.ts";
import { createToken } from "#lib/identity/api-tokens/create.ts";
import { ensureCertificates } from "../emulator/tls.ts";
import { buildPortal } from "../scripts/build.ts";
import { startEmbeddedPostgres } from "../scripts/embedded-postgres.ts";
import { freePort } from "../scripts/ports.ts";
import { startStack } from "../scripts/stack.ts";
import { fill } from "#test/fill.ts";
import { countMissed, report, timed } from "./figures.ts";
import { measureQueries } from "./queries.ts";

const count = Number(process.env.BENCH_DETECTIONS ?? 300_000);
/** how many rows of the feed precede the page that is read deep in the list */
const deep = Math.floor((count * 2) / 3);
const stateDir = join(".pocketsoc", "bench");
const directoryId = "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b";

if (!(await buildPortal())) process.exit(1);
const stack = await startStack({
  stateDir,
  portalPort: await freePort(),
  control: true,
  fresh: true,
  worker: false,
});
try {
  await main();
} finally {
  await stack.stop();
}
process.exit(countMissed() === 0 ? 0 : 1);

async function main(): Promise<void> {
  const { superUrl } = await startEmbeddedPostgres({ dataDir: join(stateDir, "postgres") });
  const { services, handle } = openServices(
    {
      databaseUrl: stack.appUrl,
      portalUrl: "http://localhost:3000",
      encryptionKeys: [{ id: "bench", key: Buffer.alloc(32, 1) }],
      vendors: openVendors(registry, {}),
      undoSeconds: 8,
    },
    "bench",
  );
  const organisationId = await createOrganisation(services, { name: "Bench", directoryId, firstAdmin: null });
  const user = await upsertUser(services.db, {
    id: newId(),
    directoryId,
    objectId: newId(),
    signInName: "bench@contoso.example",
    displayName: "Bench",
    at: new Date(),
  });
  await inOrganisation(services.db, organisationId, (tx) =>
    putMembership(tx, organisationId, user.id, "admin"),
  );
  const filling = performance.now();
  const [configurationId = ""] = await fill(superUrl, organisationId, user.id, count);
  console.log(
    `Filled ${count.toLocaleString("en")} detections in ${((performance.now() - filling) / 1000).toFixed(0)} s\n`,
  );
  const ctx: Context = {
    services,
    actor: { kind: "user", userId: user.id, name: "Bench", role: "admin", organisationId },
  };
  await measureQueries({ appUrl: stack.appUrl, organisationId, configurationId, deep });
  await throughPages(ctx, configurationId, await openSession(services, user, organisationId, "bench"));
  await throughApi(ctx);
  await handle.close();
  await poll();
  await runSeparately("bench/push.ts");
  await runSeparately("bench/notify.ts");
}

/** Measures the portal's pages and the feed's JSON over HTTP, one request at a time, as a signed-in person. */
async function throughPages(ctx: Context, configurationId: string, sessionId: string): Promise<void> {
  const cookie = `pocketsoc.session=${await encode({ token: { sessionId }, secret: stack.env.POCKETSOC_SESSION_SECRET ?? "" })}`;
  const get = async (path: string) => {
    const response = await fetch(`${stack.portalUrl}${path}`, { headers: { cookie }, redirect: "manual" });
    const body = await response.text();
    if (response.status !== 200 || body.length < 500) throw new Error(`${path}: ${response.status}`);
  };
  const first = await listDetections(ctx, FeedQuery.parse({ view: "all" }), null);
  const cursor = `${new Date(Date.now() - deep * 105_000).toISOString().replace("Z", "000Z")}_ffffffff-ffff-7fff-8fff-ffffffffffff`;
  const ids = first.items.map((item) => item.id);
  console.log();
  report("verb: getDetection", await timed(100, (run) => getDetection(ctx, ids[run % ids.length])));
  report("page: /detections", await timed(60, () => get("/detections?range=all")), 200);
  report(
    "page: /detections, filtered",
    await timed(60, () =>
      get(`/detections?range=all&severity=high&status=active&configuration=${configurationId}`),
    ),
    200,
  );
  report(
    "page: /detections, text search",
    await timed(60, () => get("/detections?range=all&q=suspicious")),
    200,
  );
  report(
    "page: /detections/[id]",
    await timed(60, (run) => get(`/detections/${ids[run % ids.length]}`)),
    200,
  );
  report(
    `json: /api/feed, ${deep.toLocaleString("en")} deep`,
    await timed(60, () => get(`/api/feed?range=all&cursor=${cursor}`)),
    200,
  );
}

/** Measures two operations of the HTTP API with an API token: the list of detections, and status changes. */
async function throughApi(ctx: Context): Promise<void> {
  const { text } = await createToken(ctx, { name: "Bench", scopes: ["triage"], expiresInDays: 1 });
  const call = async (path: string, body?: object) => {
    const response = await fetch(`${stack.portalUrl}/api/v1${path}`, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${text}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${answer.slice(0, 200)}`);
  };
  const query = FeedQuery.parse({ view: "all", status: "active" });
  const first = await listDetections(ctx, query, null);
  const second = await listDetections(ctx, query, first.nextCursor);
  const third = await listDetections(ctx, query, second.nextCursor);
  const ids = [...first.items, ...second.items, ...third.items].map((item) => item.id);
  console.log();
  report("api: GET /detections", await timed(60, () => call("/detections?range=all")), 200);
  report("api: GET /detections/{id}", await timed(60, (run) => call(`/detections/${ids[run % 50]}`)), 200);
  const change = { to: "in_progress", note: "" };
  // each change needs its own detection, also during the warm-up
  const next = () => ids.pop() ?? "";
  report(
    "api: POST /detections/{id}/status",
    await timed(50, () => call(`/detections/${next()}/status`, { ...change, expected: "active" })),
    200,
  );
  report(
    "verb: setDetectionStatus, as the page's action calls it",
    await timed(50, () =>
      setDetectionStatus(ctx, { ...change, items: [{ id: next(), expected: "active" }] }),
    ),
  );
}

/** Runs another file of benchmarks. That file starts its own database and processes. */
async function runSeparately(file: string): Promise<void> {
  console.log();
  const { caFile } = await ensureCertificates(join(".pocketsoc", "test-ca"));
  await runBench([file], { NODE_EXTRA_CA_CERTS: caFile });
}

/** Measures polls of 5,000 alerts. This needs a process of its own that trusts the emulator's certificates. */
function poll(): Promise<void> {
  console.log();
  return runBench(["--expose-gc", "bench/poll.ts", stack.controlUrl ?? ""], stack.env);
}

function runBench(args: string[], env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: "inherit", env: { ...process.env, ...env } });
    child.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`${args.at(-1)} failed or missed an aim`)),
    );
  });
}
