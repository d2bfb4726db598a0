import { FeedQuery } from "#lib/schemas/detections.ts";
import { type SaveEvent, saveConfiguration } from "#lib/sources/configurations/save.ts";
import type { Context, Services } from "#lib/core/context.ts";
import { listDetections } from "#lib/triage/list.ts";
import { leaseDecisions, leaseEmails, leaseWebPushes } from "#lib/alerting/work.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { leaseStatusChanges, sendStatusChange } from "#lib/triage/send-status.ts";
import { leaseOutgoing, sendOutgoing } from "#lib/alerting/webhook/send-event.ts";

/** A signal that never aborts. */
export const signal = new AbortController().signal;

/** Collects all items of an asynchronous iterable in a list. */
export async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Saves a configuration and returns its id. Throws if the last event isn't `saved`. */
export async function save(ctx: Context, values: object): Promise<string> {
  const events: SaveEvent[] = await all(saveConfiguration(ctx, values, { saveAsDisabled: false, signal }));
  const last = events.at(-1);
  if (last?.type !== "saved" || !last.ids[0]) throw new Error(`not saved: ${JSON.stringify(last)}`);
  return last.ids[0];
}

/** Makes every configuration's poll due now. */
export async function makeDue(services: Services): Promise<void> {
  await services.db.execute("update poll_targets set due_at = now() - interval '1 second'");
}

/** Polls the configuration that is due. Throws an Error if none or more than one is due. */
export async function poll(services: Services) {
  const leases = await leasePolls(services, 10);
  const [lease] = leases;
  if (!lease || leases.length > 1) throw new Error(`${leases.length} configurations were due`);
  return pollConfiguration(services, lease, signal);
}

/** Makes the only configuration due, and polls it. */
export async function pollNow(services: Services) {
  await makeDue(services);
  return poll(services);
}

/** Sends all due status changes, one after the other. Returns their number. */
export async function sendDue(services: Services): Promise<number> {
  const leases = await leaseStatusChanges(services, 100);
  for (const lease of leases) await sendStatusChange(services, lease, signal);
  return leases.length;
}

/** Reads the first page of the feed. The alerts may be of any age. */
export const feed = (ctx: Context, query: object = {}) =>
  listDetections(ctx, FeedQuery.parse({ view: "all", ...query }), null);

/** Leases a batch of detections whose recipients must be decided now. Each returned function does one detection's work. */
export const leaseDecided = (services: Services) => leaseDecisions(services, 25, signal);
/** Leases up to `limit` due web pushes. Each returned function sends one web push. */
export const leaseSent = (services: Services, limit = 100) => leaseWebPushes(services, limit, signal);

const leaseEmailed = (services: Services) => leaseEmails(services, 100, signal);

/** Does all due alerting work except that of outgoing webhooks. Returns the number of pieces of work. */
export async function notifyDue(services: Services): Promise<number> {
  for (let done = 0; ; ) {
    const before = done;
    for (const lease of [leaseDecided, leaseSent, leaseEmailed])
      for (const work of await lease(services)) {
        done += 1;
        await work();
      }
    if (done === before) return done;
  }
}

/** Makes one attempt for every due event of an outgoing webhook. Returns the number of events. */
export async function postDue(services: Services): Promise<number> {
  const leases = await leaseOutgoing(services, 100);
  for (const lease of leases) await sendOutgoing(services, lease);
  return leases.length;
}
