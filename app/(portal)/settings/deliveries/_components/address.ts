import type { DeliveryQuery } from "#lib/schemas/deliveries.ts";

/** The address of the list of deliveries with these filters. `before` is the cursor of an older page of the list. */
export function deliveriesAddress(query: Partial<DeliveryQuery>, before?: string): string {
  const words = Object.entries({
    outcome: query.outcome?.join(",") ?? "",
    configuration: query.configuration ?? "",
    scope: query.scope ?? "",
    before: before ?? "",
  }).filter(([, value]) => value !== "");
  return words.length > 0 ? `/settings/deliveries?${new URLSearchParams(words)}` : "/settings/deliveries";
}
