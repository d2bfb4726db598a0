import { z } from "zod";
import { ServiceError } from "#lib/platform/errors.ts";

/** Returns the input as the schema has it. Throws ServiceError `invalid` with the first reason why it doesn't fit. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, rawInput: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(rawInput);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ServiceError("invalid", issue?.message ?? "That can't be read. Reload the page and try again.");
}

/**
 * Returns what is saved with those values that the input has. A form sends only what the person changed, because an open page
 * may be older than what is saved. Throws ServiceError `invalid`.
 */
export function parseChanges<Schema extends z.ZodType>(
  schema: Schema,
  saved: object,
  rawInput: unknown,
): z.infer<Schema> {
  return parseInput(schema, { ...saved, ...parseInput(z.looseObject({}), rawInput) });
}
