import { addRefusals } from "#db/queries/ingest/webhook-refusals.ts";
import type { Services } from "#lib/core/context.ts";

const flushAfterMs = 5_000;
/** stands for every text that was never a token */
const noToken = "00000000-0000-0000-0000-000000000000";
let counted = new Map<string, number>();
let isScheduled = false;

/**
 * Counts a call with an invalid token; `tokenId` if the token was valid once. The counts of five seconds are written together,
 * so that guessing tokens doesn't cost a write each. A crash loses the counts not yet written.
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
