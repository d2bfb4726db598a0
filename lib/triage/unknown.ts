import { unknownAfterPolls } from "#lib/domain/forwarding.ts";
import type { SourceState } from "#db/queries/triage/status-changes.ts";
import type { VendorWords } from "#lib/vendors/manifest.ts";

/** Whether only a webhook brought it, and whole reads since didn't find it. */
export const isUnknown = ({
  firstPolledAt,
  missedPolls,
}: Pick<SourceState, "firstPolledAt" | "missedPolls">) => !firstPolledAt && missedPolls >= unknownAfterPolls;

/** Why nothing can be changed on it. */
export const unknownToVendor = ({ provider }: VendorWords) =>
  `${provider} does not know this alert: it came by webhook, and two full reads since didn't find it. So there is nothing to change there; an admin should look at it under Settings > Deliveries.`;
