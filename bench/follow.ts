import { setTimeout as pause } from "node:timers/promises";
import { inOrganisation } from "#db/client.ts";
import { createToken } from "#lib/identity/api-tokens/create.ts";
import { readEvents } from "#test/event-stream.ts";
import { inParallel } from "#test/logic-app.ts";
import type { WebhookStack } from "#test/webhook-stack.ts";
import { bodies } from "./bodies.ts";
import type { Post } from "./load.ts";

/**
 * Sends `count` deliveries. Checks that every acknowledged delivery is stored and reaches an open stream. Returns whether
 * nothing was lost.
 */
export async function followAll(stack: WebhookStack, post: Post, count: number): Promise<boolean> {
  const { text } = await createToken(stack.admin, { name: "Bench", scopes: ["read"], expiresInDays: 1 });
  const response = await fetch(`${stack.address()}/api/v1/stream`, {
    headers: { authorization: `Bearer ${text}` },
  });
  if (!response.ok || !response.body) throw new Error(`no stream: ${response.status}`);
  const stream = readEvents(response.body);
  const next = bodies("follow");
  const began = performance.now();
  const acknowledged = await inParallel(Array.from({ length: count }), 50, async () => {
    for (;;) {
      const answer = await post(next());
      if (answer.status === 200) return answer.text.match(/[0-9a-f]{8}-[0-9a-f-]{27}/)?.[0] ?? "";
      await pause(200);
    }
  });
  const sentSeconds = (performance.now() - began) / 1_000;
  await stack.drained(900_000);
  const mergedSeconds = (performance.now() - began) / 1_000;
  const { db } = stack.services;
  const rows = await inOrganisation(db, stack.admin.actor.organisationId, (tx) =>
    tx.execute<{ id: string; detection: string }>(
      "select id, detection_ids[1] as detection from deliveries where outcome = 'accepted'",
    ),
  );
  const stored = new Map(rows.map((row) => [row.id, row.detection]));
  const wanted = acknowledged.flatMap((id) => stored.get(id) ?? []);
  const shown = new Set<unknown>();
  let read = 0;
  for (let attempt = 0; attempt < 200 && !wanted.every((id) => shown.has(id)); attempt++) {
    await pause(100);
    for (; read < stream.events.length; read++) shown.add(stream.events[read]?.data.id);
  }
  await stream.close();
  const lost = acknowledged.filter((id) => !stored.has(id)).length;
  const unseen = wanted.filter((id) => !shown.has(id)).length;
  console.log(
    `\n${count} deliveries at 50 at once: acknowledged in ${sentSeconds.toFixed(0)} s, merged after ${mergedSeconds.toFixed(0)} s\n` +
      `acknowledged and not stored  ${lost} of ${count}\nstored and not shown         ${unseen} of ${wanted.length}`,
  );
  return lost === 0 && unseen === 0;
}
