import { z } from "zod";
import { deliveryOutcomes } from "#lib/domain/delivery.ts";
import { limited } from "./limited.ts";

const listOf = <T extends z.ZodType<string, string>>(entry: T) =>
  limited(4_000)
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(entry).max(60));

/** The filters of the Deliveries page. A filter with an invalid value is ignored. */
export const DeliveryQuery = z.object({
  outcome: listOf(z.enum(deliveryOutcomes)).catch([]).default([]),
  configuration: z.uuid().optional().catch(undefined),
  /** the scope's id at the vendor, in any case */
  scope: limited(200, undefined, z.string().trim()).min(1).toLowerCase().optional().catch(undefined),
});
export type DeliveryQuery = z.infer<typeof DeliveryQuery>;

/** The cursor of the next page of deliveries: the time and the id of the previous page's last delivery. */
export const DeliveryCursorText = z.templateLiteral([z.iso.datetime(), "_", z.uuid()]);
