import { z } from "zod";
import type { TargetStatus as Target } from "#lib/domain/status.ts";
import { bulkMax, noteLengthMax, noteMissing, timeRanges } from "#lib/domain/triage.ts";
import { shownText } from "#lib/domain/text.ts";
import { Severity, Status, TargetStatus } from "#lib/domain/words.ts";
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
    })
    .superRefine(({ to, note }, context) => {
      if (note === "" && noteRequired.includes(to))
        context.addIssue({ code: "custom", path: ["note"], message: noteMissing(to) });
    });
export type SetStatusInput = z.output<ReturnType<typeof setStatusInput>>;

const TimeRange = z.enum(timeRanges);

const list = <T extends z.ZodType<string, string>>(item: T) =>
  limited(4_000)
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(item).max(60));

/** The feed's filters in the URL. Invalid values are ignored. */
export const FeedQuery = z.object({
  severity: list(Severity).catch([]).default([]),
  status: list(Status).catch([]).default([]),
  configuration: list(z.uuid()).catch([]).default([]),
  range: TimeRange.catch("30d").default("30d"),
  /** the ids of the detections to list; if there are any, the other filters are ignored */
  id: list(z.uuid()).catch([]).default([]),
  q: limited(10_000)
    .catch("")
    .default("")
    .transform((text) => text.replaceAll("\u0000", "").trim().slice(0, 200).toWellFormed()),
});
export type FeedQuery = z.output<typeof FeedQuery>;

/** The cursor of a page of the feed: a time and an id. Browsers send it back unchanged. */
export const FeedCursorText = limited(200)
  .regex(/^[1-9]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .refine((text) => {
    const at = Date.parse(text.slice(0, 27));
    return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 10));
  });
