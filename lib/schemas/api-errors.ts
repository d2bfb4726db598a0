import { lookUp } from "#lib/domain/look-up.ts";
import { shortened } from "#lib/domain/text.ts";
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** the most fields of one request that are reported, so that an answer isn't much longer than its request */
const fieldsMax = 50;

/** Quotes the invalid text or number, shortened to 40 characters. Returns "" for any other value. */
function quoted({ input }: Issue): string {
  if (typeof input === "number") return `“${input}”`;
  return typeof input === "string" ? `“${shortened(input)}”` : "";
}

const kinds: Record<string, string> = {
  string: "text",
  array: "a list",
  object: "an object",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function sentenceOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "This is missing."
        : `This must be ${lookUp(kinds, issue.expected) ?? issue.expected}.`;
    case "invalid_value":
      return issue.input === undefined
        ? `This is missing. Use one of ${issue.values.map(String).join(", ")}.`
        : `${quoted(issue) || "This"} isn't allowed here. Use one of ${issue.values.map(String).join(", ")}.`;
    case "too_big":
      return issue.origin === "array"
        ? `Send at most ${issue.maximum}.`
        : `Keep it within ${issue.maximum} characters.`;
    case "too_small":
      return issue.origin === "array" ? `Send at least ${issue.minimum}.` : "This is empty.";
    case "invalid_format":
      return issue.format === "uuid"
        ? `This isn't an id: ${quoted(issue)}.`
        : "This can't be read. Send the value exactly as the API returned it.";
    default:
      return "This can't be read.";
  }
}

/** Returns the path and the sentence of each invalid field. */
function* sentencesOf(issues: readonly Issue[]): Generator<[path: string, sentence: string]> {
  for (const issue of issues) {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) yield [[...path, shortened(key)].join("."), "There is no such field."];
    else yield [path.join(".") || "body", sentenceOf(issue)];
  }
}

/**
 * Returns one sentence for each invalid field of a request, at most 50, by the field's path (such as `items.3.expected`). The
 * path is `body` if the whole body is invalid.
 */
export function fieldErrors(error: z.ZodError): Record<string, string> {
  // a field may be called like something that every object inherits, such as `constructor`
  const errors = new Map<string, string>();
  for (const [path, sentence] of sentencesOf(error.issues as Issue[])) {
    if (errors.size === fieldsMax) break;
    if (!errors.has(path)) errors.set(path, sentence);
  }
  return Object.fromEntries(errors);
}
