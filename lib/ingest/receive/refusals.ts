import { addRefusals } from "#db/queries/ingest/webhook-refusals.ts";
import type { Services } from "#lib/core/context.ts";

const flushAfterMs = 5_000;
/** for a token that was never ours */
const nobody = "00000000-0000-0000-0000-000000000000";
let counted = new Map<string, number>();
let due = false;

/**
 * Counts a call with a token that isn't good; `tokenId` when it was ours once. Counts of a few seconds are written
 * together, so that guessing costs the database no write each; a crash loses those.
 */
export function countRefusal(services: Services, tokenId: string | null): void {
  const key = tokenId ?? nobody;
  counted.set(key, (counted.get(key) ?? 0) + 1);
  if (due) return;
  due = true;
  setTimeout(() => {
    const some = counted;
    counted = new Map();
    due = false;
    addRefusals(services.db, services.now(), some).catch((error) =>
      services.log("webhook.refusals_not_counted", { error }),
    );
  }, flushAfterMs).unref();
}
