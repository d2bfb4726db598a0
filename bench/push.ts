import { spawn } from "node:child_process";
import { once } from "node:events";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { buildPortal } from "../scripts/build.ts";
import { freePort } from "../scripts/ports.ts";
import { type WebhookStack, startWebhookStack } from "#test/webhook-stack.ts";
import { formValues } from "#test/stack.ts";
import { save } from "#test/steps.ts";
import { bodies } from "./bodies.ts";
import { followAll } from "./follow.ts";
import { closedLoop, type Load, openLoop, poster } from "./load.ts";
import { onScreen } from "./screen.ts";
import { openStreams } from "./streams.ts";

/** the share by which the baseline may vary between rounds; above this share no ratios are printed */
const baselineVariationMax = 0.25;
const { values } = parseArgs({
  options: {
    deliveries: { type: "string", default: "50000" },
    rounds: { type: "string", default: "3" },
    /** the part to run: ingest, calm, screen, streams or follow; without it all parts run */
    part: { type: "string" },
    /** the number of workers; with 0, deliveries are received but not merged */
    workers: { type: "string", default: "1" },
    /** an address at which another product stores a body, for a comparison */
    peer: { type: "string" },
    /** a header that the other product needs */
    "peer-header": { type: "string", default: "" },
  },
});
const rounds = Number(values.rounds);
const deliveries = Number(values.deliveries);
const workers = Number(values.workers);
const wants = (part: string) => values.part === undefined || values.part === part;

if (!(await buildPortal())) process.exit(1);
const stack = await startWebhookStack("bench-push", { webs: 1, workers });
const settled = () => (workers > 0 ? stack.drained() : Promise.resolve());
const barePort = await freePort();
const bare = spawn(process.execPath, ["bench/bare.ts", stack.database.ownerUrl, String(barePort)], {
  stdio: ["ignore", "pipe", "inherit"],
});
let hasPassed = false;
try {
  hasPassed = await main(stack);
} finally {
  bare.kill("SIGKILL");
  await stack.stop();
}
process.exit(hasPassed ? 0 : 1);

async function main(stack: WebhookStack): Promise<boolean> {
  await save(stack.admin, formValues);
  const webUrl = `${stack.address()}/api/webhooks/azure-logic-app`;
  const receiverUrl = `${stack.receiverUrl}/api/webhooks/azure-logic-app`;
  const headers = { authorization: `Bearer ${stack.token}` };
  const next = bodies("bench");
  await once(bare.stdout, "data");
  const systems = [
    ["bare node:http + INSERT", `http://127.0.0.1:${barePort}/`, {}],
    ["the web's route", webUrl, headers],
    ["the receiver program", receiverUrl, headers],
    ...peers(),
  ] as const;
  // a warm-up for each
  for (const [, url, more] of systems.slice(0, 3)) await closedLoop(poster(url, 8, more), 8, 3, next);
  await settled();
  if (wants("ingest")) await compare(stack, systems, next);
  if (wants("calm"))
    for (const [name, url, more] of systems.slice(1, 3)) {
      const calm = await openLoop(poster(url, 50, more), 100, 10, next);
      console.log(line(`${name}, 100/s open loop`, [calm]));
      await settled();
    }
  const screen = !wants("screen") || (await onScreen(stack, poster(webUrl, 50, headers)));
  const streams = !wants("streams") || (await openStreams(stack, poster(webUrl, 1, headers), 500));
  const complete = !wants("follow") || (await followAll(stack, poster(receiverUrl, 50, headers), deliveries));
  return screen && streams && complete;
}

function peers(): System[] {
  if (!values.peer) return [];
  const [name = "", value = ""] = values["peer-header"].split(/: */);
  return [["the peer", values.peer, name ? { [name]: value } : {}]];
}

type System = readonly [name: string, url: string, headers: Record<string, string>];

/**
 * Measures closed loops with 1, 8 and 50 connections. Each round measures all systems in turn, beginning with the bare
 * server.
 */
async function compare(stack: WebhookStack, systems: readonly System[], next: () => string): Promise<void> {
  const found = new Map<string, Load[]>();
  for (let round = 0; round < rounds; round++)
    for (const connections of [1, 8, 50])
      for (const [name, url, more] of systems) {
        // the peer may refuse keys that begin with $, so it gets the same text as one value
        const body = url === values.peer ? () => JSON.stringify({ body: next() }) : next;
        const load = await closedLoop(poster(url, connections, more), connections, 5, body);
        const key = `${name}, ${connections} at once`;
        found.set(key, [...(found.get(key) ?? []), load]);
        await settled();
      }
  console.log(
    `\nDurable deliveries of 4.8 KB, ${rounds} interleaved rounds of 5 s, ${workers} merging; load average ${load()}`,
  );
  for (const [key, loads] of found) console.log(line(key, loads));
  for (const connections of [1, 8, 50]) {
    const [base = [], route = [], receiver = []] = systems.map(([name]) =>
      (found.get(`${name}, ${connections} at once`) ?? []).map(({ perSecond }) => perSecond),
    );
    const variation = (Math.max(...base) - Math.min(...base)) / median(base);
    const share = (ours: number[]) => (median(ours) / median(base)).toFixed(2);
    console.log(
      variation > baselineVariationMax
        ? `${connections} at once: the baseline varied by ${(100 * variation).toFixed(0)} %, so no ratio is given`
        : `${connections} at once: the web's route ${share(route)}, the receiver ${share(receiver)} of the bare server`,
    );
  }
}

function line(name: string, loads: readonly Load[]): string {
  const range = (pick: (load: Load) => number) => {
    const all = loads.map(pick);
    return `${median(all).toFixed(0)} (${Math.min(...all).toFixed(0)}–${Math.max(...all).toFixed(0)})`;
  };
  const refused = loads.reduce((sum, load) => sum + load.refused, 0);
  return `${name.padEnd(40)} ${range(({ perSecond }) => perSecond)}/s  p50 ${range(({ p50 }) => p50)} ms  p99 ${range(({ p99 }) => p99)} ms${refused ? `  refused ${refused}` : ""}`;
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
}

function load(): string {
  return loadavg()
    .map((average) => average.toFixed(1))
    .join(" ");
}
