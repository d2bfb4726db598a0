const quote = 34;
const backslash = 92;
const isSpace = (code: number) => code === 32 || code === 10 || code === 13 || code === 9;

/** Where the string that begins at `at` ends. */
function endOfString(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === backslash) index++;
    else if (code === quote) return index + 1;
  }
  return text.length;
}

/** Where the value that begins at `at` ends; it walks, so that no depth exhausts the stack. */
function endOfValue(text: string, at: number): number {
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
 * The elements of the list under `key` of a JSON object, each as it is written: numbers beyond 2^53, 1e400 and
 * keys that stand twice survive, as they don't when a value is parsed and written again. `text` is JSON that
 * `JSON.parse` took; of several lists under `key` it is the last, as there. Null when there is none.
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

/** The elements of a JSON list, each as it is written; null for what is no list. `text` as in `elementTexts`. */
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

/** JSON laid out for reading, every number as it was written. `text` is JSON that `JSON.parse` took. */
export function prettyJson(text: string): string {
  // both are in the language since ES2025 (JSON.parse source text access), and not yet in the library's types
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
