import { unknownAfterPolls } from "#lib/domain/forwarding.ts";
import type { SourceState } from "#db/queries/triage/decisions.ts";
import type { VendorWords } from "#lib/vendors/manifest.ts";

/**
 * Whether the alert is unknown to the vendor: only the webhook brought it, and the complete polls since then didn't
 * find it.
 */
export const isUnknown = ({
  firstPolledAt,
  missedPolls,
}: Pick<SourceState, "firstPolledAt" | "missedPolls">) => !firstPolledAt && missedPolls >= unknownAfterPolls;

/** Returns the sentence that says why a detection can't be changed if the vendor doesn't know its alert. */
export const unknownToVendor = ({ provider }: VendorWords) =>
  `${provider} does not know this alert: it came by webhook, and two full reads since didn't find it. So there is nothing to change there; an admin should look at it under Settings > Deliveries.`;
