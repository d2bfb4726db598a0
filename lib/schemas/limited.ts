import { z } from "zod";
import { shownText } from "#lib/domain/text.ts";

/**
 * Builds the schema of a text with at most `lengthMax` characters (UTF-16 units). A longer text is refused at once: no later
 * check or transform sees it, so none of them can become slow. `error` is the message for a longer text. `base` may trim or
 * replace characters before they are counted; its work must grow in proportion to the text.
 */
export const limited = (lengthMax: number, error?: string, base: z.ZodString = z.string()): z.ZodString =>
  base.max(lengthMax, { abort: true, ...(error ? { error } : {}) });

/**
 * Builds the schema of a name that a person gives to something of theirs: one line, trimmed, with invisible characters made
 * visible. `empty` and `tooLong` are the messages for a name without characters and for one with more than `lengthMax`.
 */
export const nameText = (lengthMax: number, empty: string, tooLong: string) =>
  limited(lengthMax, tooLong, z.string().trim())
    .min(1, empty)
    .transform((name) => shownText(name.replace(/[\t\n]/g, " "), lengthMax));
