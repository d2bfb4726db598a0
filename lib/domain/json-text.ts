const quote = 34;
const backslash = 92;
const isSpace = (code: number) => code === 32 || code === 10 || code === 13 || code === 9;

/** Returns the index after the end of the JSON string that begins at `at`. */
function endOfString(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === backslash) index++;
    else if (code === quote) return index + 1;
  }
  return text.length;
}

/**
 * Returns the index after the end of the JSON value that begins at `at`. Doesn't recurse, so that deep nesting can't exhaust
 * the stack.
 */
export function endOfValue(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; ) {
    const character = text[index];
    if (character === '"') {
      index = endOfString(text, index);
      if (depth === 0) return index;
      continue;
    }
    if (depth === 0 && index > at && (character === "," || character === "]" || character === "}"))
      return index;
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") {
      depth--;
      if (depth === 0) return index + 1;
    }
    index++;
  }
  return text.length;
}

function skipSpace(text: string, at: number): number {
  let index = at;
  while (index < text.length && isSpace(text.charCodeAt(index))) index++;
  return index;
}

/**
 * Returns the source text of each element of the array under `key` in a JSON object, or null if there is no such array.
 * Unlike parsing, this keeps numbers beyond 2^53, 1e400 and duplicate keys. `text` must be valid JSON. If the object has
 * `key` several times, the last one counts, as in `JSON.parse`.
 */
export function elementTexts(text: string, key: string): string[] | null {
  let found: string[] | null = null;
  let index = skipSpace(text, 0);
  if (text[index] !== "{") return null;
  index = skipSpace(text, index + 1);
  while (index < text.length && text[index] === '"') {
    const nameEnd = endOfString(text, index);
    const name = JSON.parse(text.slice(index, nameEnd)) as string;
    const valueAt = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const valueEnd = endOfValue(text, valueAt);
    if (name === key) found = text[valueAt] === "[" ? elementsOf(text, valueAt) : null;
    index = skipSpace(text, valueEnd);
    if (text[index] !== ",") break;
    index = skipSpace(text, index + 1);
  }
  return found;
}

/** Returns the source text of each element of a JSON array, or null if `text` isn't an array. `text` must be valid JSON. */
export function listTexts(text: string): string[] | null {
  const at = skipSpace(text, 0);
  return text[at] === "[" ? elementsOf(text, at) : null;
}

function elementsOf(text: string, at: number): string[] {
  const elements: string[] = [];
  let index = skipSpace(text, at + 1);
  while (index < text.length && text[index] !== "]") {
    const end = endOfValue(text, index);
    elements.push(text.slice(index, end).trimEnd());
    index = skipSpace(text, end);
    if (text[index] === ",") index = skipSpace(text, index + 1);
  }
  return elements;
}

/** Indents JSON for people to read, and keeps each number as it was written. `text` must be valid JSON. */
export function prettyJson(text: string): string {
  // JSON.parse source text access is in the language since ES2025, but not yet in TypeScript's types
  const parse = JSON.parse as (
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ) => unknown;
  const { rawJSON } = JSON as unknown as { rawJSON: (source: string) => unknown };
  const value = parse(text, (_key, part, { source }) =>
    typeof part === "number" && source !== undefined ? rawJSON(source) : part,
  );
  return JSON.stringify(value, null, 2);
}
