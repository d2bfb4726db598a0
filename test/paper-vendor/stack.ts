import { openVendors } from "#lib/vendors/offer.ts";
import { startTestStack } from "../stack.ts";
import { registry } from "./registry.ts";
import { startPaperService } from "./service.ts";

/** Starts a test stack with both vendors, and the paper vendor's API. */
export async function startPaperStack({ pageSize = 3, limited = false } = {}) {
  const service = await startPaperService({ pageSize, limited });
  const stack = await startTestStack();
  const environment = { ...stack.workerEnv, PAPER_LEDGER_URL: service.url };
  stack.services.vendors = openVendors(registry, environment);
  return {
    ...stack,
    service,
    workerEnv: environment,
    /** Resets the count of calls to the vendor, as if a minute had passed. */
    rest: () => stack.asOwner("delete from vendor_turns"),
    stop: async () => {
      await stack.stop();
      await service.stop();
    },
  };
}
