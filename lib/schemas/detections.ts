import { z } from "zod";
import type { TargetStatus as Target } from "#lib/domain/status.ts";
import { bulkMax, noteLengthMax, noteMissing, timeRanges } from "#lib/domain/triage.ts";
import { Severity, Status, TargetStatus } from "#lib/domain/words.ts";

/**
 * A status asked for, for one or many: what each is expected to hold now is the guard against a race. A
 * status of `noteRequired` needs a note.
 */
export const setStatusInput = (noteRequired: readonly Target[]) =>
  z
    .object({
      items: z
        .array(z.object({ id: z.uuid(), expected: Status }))
        .min(1, "Choose at least one detection.")
        .max(bulkMax, `Choose at most ${bulkMax} detections at once.`),
      to: TargetStatus,
      note: z
        .string()
        .trim()
        .max(noteLengthMax, `Keep the note within ${noteLengthMax} characters.`)
        .default("")
        .transform((note) => note.toWellFormed().replaceAll("\u0000", "\ufffd")),
    })
    .superRefine(({ to, note }, context) => {
      if (note === "" && noteRequired.includes(to))
        context.addIssue({ code: "custom", path: ["note"], message: noteMissing(to) });
    });
export type SetStatusInput = z.output<ReturnType<typeof setStatusInput>>;

const TimeRange = z.enum(timeRanges);

const list = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .string()
    .max(4_000)
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(item).max(60));

/** The feed's filters as they stand in the URL. What can't be read is left out, never an error page. */
export const FeedQuery = z.object({
  severity: list(Severity).catch([]).default([]),
  status: list(Status).catch([]).default([]),
  configuration: list(z.uuid()).catch([]).default([]),
  range: TimeRange.catch("30d").default("30d"),
  /** exactly these, whatever the other filters say: how a page looks again at rows it shows */
  id: list(z.uuid()).catch([]).default([]),
  q: z
    .string()
    .catch("")
    .default("")
    .transform((text) => text.replaceAll("\u0000", "").trim().slice(0, 200).toWellFormed()),
});
export type FeedQuery = z.output<typeof FeedQuery>;

/** Where the last page ended, opaque to the browser: a moment and an id that the database can read. */
export const FeedCursorText = z
  .string()
  .max(200)
  .regex(/^[1-9]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .refine((text) => {
    const at = Date.parse(text.slice(0, 27));
    return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 10));
  });
