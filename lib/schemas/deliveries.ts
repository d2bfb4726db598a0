import { z } from "zod";
import { deliveryOutcomes } from "#lib/domain/delivery.ts";

const listOf = <T extends z.ZodType>(entry: T) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").filter(Boolean) : (value ?? [])),
    z.array(entry),
  );

/** The filters of the Deliveries page. A filter with an invalid value is ignored. */
export const DeliveryQuery = z.object({
  outcome: listOf(z.enum(deliveryOutcomes)).catch([]),
  configuration: z.uuid().optional().catch(undefined),
  /** the scope's id at the vendor, in any case */
  scope: z.string().trim().min(1).max(200).toLowerCase().optional().catch(undefined),
});
export type DeliveryQuery = z.infer<typeof DeliveryQuery>;

/** The cursor of the next page of deliveries: the time and the id of the previous page's last delivery. */
export const DeliveryCursorText = z.templateLiteral([z.iso.datetime(), "_", z.uuid()]);
