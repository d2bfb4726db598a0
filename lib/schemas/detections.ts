import { z } from "zod";
import { statusLabel, type TargetStatus as Target } from "#lib/domain/status.ts";
import { judgements, reasons } from "#lib/domain/verdict.ts";
import { bulkMax, noteLengthMax, noteMissing, timeRanges, undeterminedMissing } from "#lib/domain/triage.ts";
import { shownText } from "#lib/domain/text.ts";
import { Severity, Status, TargetStatus } from "#lib/domain/words.ts";
import { views } from "#lib/domain/view.ts";
import { limited } from "./limited.ts";

/**
 * Builds the schema of a request to change the status of detections. `expected` is the status that the person saw. A
 * status in `noteRequired` needs a note.
 */
export const setStatusInput = (noteRequired: readonly Target[]) =>
  z
    .object({
      items: z
        .array(z.object({ id: z.uuid(), expected: Status }))
        .min(1, "Choose at least one detection.")
        .max(bulkMax, `Choose at most ${bulkMax} detections at once.`),
      to: TargetStatus,
      note: limited(noteLengthMax, `Keep the note within ${noteLengthMax} characters.`, z.string().trim())
        .default("")
        .transform((note) => shownText(note, noteLengthMax)),
      reason: z.enum(reasons).nullable().default(null),
    })
    .superRefine(({ to, note, reason }, context) => {
      const issue = (path: "note" | "reason", message: string) =>
        context.addIssue({ code: "custom", path: [path], message });
      if (reason && judgements[reason].status !== to)
        issue("reason", `${judgements[reason].label} goes with ${statusLabel[judgements[reason].status]}.`);
      else if (note === "" && reason === "undetermined") issue("note", undeterminedMissing);
      // a chosen reason counts as a note
      else if (note === "" && !reason && noteRequired.includes(to)) issue("note", noteMissing(to));
    });
export type SetStatusInput = z.output<ReturnType<typeof setStatusInput>>;

const TimeRange = z.enum(timeRanges);

const list = <T extends z.ZodType<string, string>>(item: T) =>
  limited(4_000)
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(item).max(60));

/**
 * The list's view and filters in the URL. Invalid values are ignored. An address with filters but without a view, as in older
 * bookmarks, shows all detections that they let through.
 */
export const FeedQuery = z
  .object({
    view: z.enum(views).optional().catch(undefined),
    severity: list(Severity).catch([]).default([]),
    status: list(Status).catch([]).default([]),
    configuration: list(z.uuid()).catch([]).default([]),
    range: TimeRange.optional().catch(undefined),
    /** the ids of the detections to list; if there are any, the view and the other filters are ignored */
    id: list(z.uuid()).catch([]).default([]),
    q: limited(10_000)
      .catch("")
      .default("")
      .transform((text) => text.replaceAll("\u0000", "").trim().slice(0, 200).toWellFormed()),
  })
  .transform(({ view, range, ...filters }) => {
    const { severity, status, configuration, q } = filters;
    const isFiltered =
      range !== undefined || [severity, status, configuration, q].some(({ length }) => length > 0);
    return {
      ...filters,
      view: view ?? (isFiltered ? ("all" as const) : ("triage" as const)),
      range: range ?? ("all" as const),
    };
  });
export type FeedQuery = z.output<typeof FeedQuery>;

/**
 * The cursor of a page of the list: a rank if the list is ordered by severity, a time and an id. Browsers send it back
 * unchanged.
 */
export const FeedCursorText = limited(200)
  .regex(
    /^(?:\d_)?[1-9]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  )
  .refine((text) => {
    const time = text.replace(/^\d_/, "");
    const at = Date.parse(time.slice(0, 27));
    return !Number.isNaN(at) && new Date(at).toISOString().startsWith(time.slice(0, 10));
  });
