import { addRefusals } from "#db/queries/ingest/webhook-refusals.ts";
import type { Services } from "#lib/core/context.ts";

const flushAfterMs = 5_000;
/** the key that counts calls whose token was never issued */
const noToken = "00000000-0000-0000-0000-000000000000";
let counted = new Map<string, number>();
let isScheduled = false;

/**
 * Counts a call with an invalid token. `tokenId` is the id of an ended token; null if the token was never issued.
 * Writes the counts every five seconds, so that a guessing attacker doesn't cause a write with each call.
 */
export function countRefusal(services: Services, tokenId: string | null): void {
  const key = tokenId ?? noToken;
  counted.set(key, (counted.get(key) ?? 0) + 1);
  if (isScheduled) return;
  isScheduled = true;
  setTimeout(() => {
    const written = counted;
    counted = new Map();
    isScheduled = false;
    addRefusals(services.db, services.now(), written).catch((error) =>
      services.log("webhook.refusals_not_counted", { error }),
    );
  }, flushAfterMs).unref();
}
