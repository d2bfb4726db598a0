import { z } from "zod";
import { exportFormats } from "#lib/domain/export-format.ts";
import { referenceLengthMax } from "#lib/domain/reference.ts";
import { bulkMax, commentLengthMax, noteLengthMax, timeRanges } from "#lib/domain/triage.ts";
import { Severity, Status, TargetStatus } from "#lib/domain/words.ts";
import { reasons } from "#lib/domain/verdict.ts";
import { views } from "#lib/domain/view.ts";
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

const reason = z.enum(reasons).optional().meta({
  description:
    "The verdict: `confirmed` goes with in_progress, `remediated` with resolved, the others with dismissed. `undetermined` needs a note.",
});

export const ApiStatusBody = z
  .strictObject({ to: TargetStatus, expected, note, reason })
  .meta({ id: "ApiStatusBody" });

export const ApiTakeOverBody = z
  .strictObject({
    from: z.uuid().nullable().meta({
      description: "The `ownerId` you saw. It is refused if somebody else owns the detection now.",
    }),
  })
  .meta({ id: "ApiTakeOverBody" });

export const ApiCommentBody = z
  .strictObject({
    text: limited(commentLengthMax, undefined, z.string().trim()).min(1),
  })
  .meta({ id: "ApiCommentBody" });

export const ApiReferenceBody = z
  .strictObject({
    reference: limited(referenceLengthMax).meta({
      description: "A number such as INC0012345, or an https address; empty for none.",
    }),
  })
  .meta({ id: "ApiReferenceBody" });

export const ApiBulkStatusBody = z
  .strictObject({
    items: z
      .array(z.strictObject({ id: z.uuid(), expected }))
      .min(1)
      .max(bulkMax),
    to: TargetStatus,
    note,
    reason,
  })
  .meta({ id: "ApiBulkStatusBody" });

const list = <T extends z.ZodType<string, string>>(item: T) =>
  limited(4_000)
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(item).max(60))
    .default([]);

/** The feed's filters in a request to the API. An unknown or invalid filter is an error. */
export const ApiFeedQuery = z.strictObject({
  view: z.enum(views).default("all").meta({
    description:
      "A view of the portal's list. `triage`, `mine`, `owned`, `not_saved` and `backlog` are ordered by severity, then newest first; the others newest first, and so is every view while `q` is set.",
  }),
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

/** The filters of a list, and the format in which all of it is exported. */
export const ApiExportQuery = ApiFeedQuery.omit({ cursor: true }).extend({
  format: z.enum(exportFormats).default("csv"),
});

/** A change number as text, as the events of a stream contain it. */
export const ChangeNumber = limited(15).regex(/^\d{1,15}$/);

export const ApiStreamQuery = z.strictObject({
  after: ChangeNumber.optional().meta({
    description:
      "Start after this `id`. A `Last-Event-ID` header takes precedence. Without either, the stream starts with the next change.",
  }),
});
