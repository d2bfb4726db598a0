import { z } from "zod";
import { bulkMax, noteLengthMax, timeRanges } from "#lib/domain/triage.ts";
import { Severity, Status, TargetStatus } from "#lib/domain/words.ts";
import { FeedCursorText } from "./detections.ts";
import { limited } from "./limited.ts";

export const ApiVendorAlertQuery = z.strictObject({
  cursor: limited(8_192).min(1).optional().meta({ description: "From `nextLink` of the previous page." }),
});

const note = limited(noteLengthMax, undefined, z.string().trim())
  .optional()
  .meta({ description: "The reason; some statuses need one. It isn't sent to the vendor." });
const expected = Status.meta({
  description: "The status you saw. The change is refused if it is different now.",
});

export const ApiStatusBody = z
  .strictObject({ to: TargetStatus, expected, note })
  .meta({ id: "ApiStatusBody" });

export const ApiBulkStatusBody = z
  .strictObject({
    items: z
      .array(z.strictObject({ id: z.uuid(), expected }))
      .min(1)
      .max(bulkMax),
    to: TargetStatus,
    note,
  })
  .meta({ id: "ApiBulkStatusBody" });

const list = <T extends z.ZodType<string, string>>(item: T) =>
  limited(4_000)
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(item).max(60))
    .default([]);

/** The feed's filters in a request to the API. An unknown or invalid filter is an error. */
export const ApiFeedQuery = z.strictObject({
  severity: list(Severity).meta({ description: "Any of these, comma separated." }),
  status: list(Status).meta({ description: "Any of these, comma separated." }),
  configuration: list(z.uuid()).meta({ description: "Any of these configuration ids, comma separated." }),
  range: z.enum(timeRanges).default("30d").meta({ description: "How far back, by the time of the alert." }),
  q: limited(
    200,
    undefined,
    z.string().overwrite((text) => text.replaceAll("\u0000", "").trim().toWellFormed()),
  )
    .default("")
    .meta({ description: "Text to search for, as in the portal's list." }),
  cursor: FeedCursorText.optional().meta({ description: "`nextCursor` of the previous page." }),
});

/** A change number as text, as the events of a stream contain it. */
export const ChangeNumber = limited(15).regex(/^\d{1,15}$/);

export const ApiStreamQuery = z.strictObject({
  after: ChangeNumber.optional().meta({
    description:
      "Start after this `id`. A `Last-Event-ID` header takes precedence. Without either, the stream starts with the next change.",
  }),
});
