import { readFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { streamsOfOneMax } from "#lib/triage/stream/hub.ts";
import { createToken } from "#lib/identity/api-tokens/create.ts";
import { parseEvents } from "#test/event-stream.ts";
import type { WebhookStack } from "#test/webhook-stack.ts";
import { bodies } from "./bodies.ts";
import { figures, type Post } from "./load.ts";

const events = 20;
const aimMs = 1_000;

/**
 * Opens `count` streams in one web process. Measures the memory for each stream, and the time until an alert has reached
 * all of them.
 */
export async function openStreams(stack: WebhookStack, post: Post, count: number): Promise<boolean> {
  const seen = new Map<string, number[]>();
  const texts = await Promise.all(
    Array.from({ length: Math.ceil(count / streamsOfOneMax) }, async () => {
      const person = await stack.asMember("analyst", stack.admin.actor.organisationId);
      return (await createToken(person, { name: "Bench", scopes: ["read"], expiresInDays: 1 })).text;
    }),
  );
  const before = residentKilobytes(stack.webPid());
  const url = `${stack.address()}/api/v1/stream`;
  const streams: { destroy(): void }[] = [];
  // 50 at a time, like browsers that reconnect after a restart
  for (let at = 0; at < count; at += 50)
    streams.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(50, count - at) }, (_, index) =>
          follow(url, texts[Math.floor((at + index) / streamsOfOneMax)] ?? "", (id) => {
            seen.set(id, [...(seen.get(id) ?? []), performance.now()]);
          }),
        ),
      )),
    );
  // the memory that opening the streams needed is free again
  await pause(5_000);
  const each = (residentKilobytes(stack.webPid()) - before) / count;
  const next = bodies("streams");
  const sentAt: number[] = [];
  for (let index = 0; index < events; index++) {
    sentAt.push(performance.now());
    await post(next());
    await pause(1_000);
  }
  for (const stream of streams) stream.destroy();
  const arrivals = [...seen.values()].toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  const complete = arrivals.length === events && arrivals.every((at) => at.length === count);
  const took = arrivals.map((at, index) => Math.max(...at) - (sentAt[index] ?? 0));
  const spread = arrivals.map((at) => Math.max(...at) - Math.min(...at));
  const all = figures(took, 1, 0);
  const good = complete && all.p95 <= aimMs;
  console.log(
    `\n${count} streams open in one web process: ${each.toFixed(0)} KB each\n` +
      `webhook to the last of them  p50 ${all.p50.toFixed(0)} ms  p95 ${all.p95.toFixed(0)} ms  first to last ${figures(spread, 1, 0).p95.toFixed(0)} ms (p95)  ${complete ? "every stream got every alert" : "SOME ALERTS DIDN'T REACH EVERY STREAM"}`,
  );
  return good;
}

function follow(url: string, token: string, onDetection: (id: string) => void): Promise<{ destroy(): void }> {
  return new Promise((resolve, reject) => {
    const opening = request(url, { agent: false, headers: { authorization: `Bearer ${token}` } });
    opening.on("error", reject);
    opening.on("response", (response) => {
      if (response.statusCode !== 200) return reject(new Error(`no stream: ${response.statusCode}`));
      let text = "";
      response.setEncoding("utf8");
      response.on("error", () => {});
      response.on("data", (chunk: string) => {
        const parsed = parseEvents(text + chunk);
        text = parsed.rest;
        for (const { event, data } of parsed.events)
          if (event === "detection" && data.id) onDetection(data.id);
      });
      resolve(response);
    });
    opening.end();
  });
}

/** Returns a process's resident memory in KB: VmRSS of /proc/<pid>/status. */
function residentKilobytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
