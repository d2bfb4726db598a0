/** What an expression may call, by its name in lower case; arguments are evaluated before. */
export type Functions = Record<string, (...args: unknown[]) => unknown>;

/** A template, a definition or an expression that Azure would refuse, or that is not known here. */
export class TemplateFault extends Error {
  override name = "TemplateFault";
}

/**
 * Evaluates one expression of the language that Resource Manager's templates and Logic Apps share: calls, strings
 * in single quotes, whole numbers, `.name`, `[index]` and the forgiving `?.name` and `?[index]`. Returns the value
 * and where the expression ends. A function that isn't known is a TemplateFault, never a guess.
 */
export function evaluate(text: string, start: number, functions: Functions): { value: unknown; end: number } {
  let at = start;
  const fail = (what: string): never => {
    throw new TemplateFault(`${what} at ${at} of ${text}`);
  };
  const take = (pattern: RegExp): string | null => {
    const found = new RegExp(pattern.source, "y");
    found.lastIndex = at;
    const [taken] = found.exec(text) ?? [];
    if (taken === undefined) return null;
    at += taken.length;
    return taken;
  };
  const expect = (character: string) => take(/\s*/) !== null && text[at] === character && (at++, true);
  const must = (character: string) => expect(character) || fail(`no ${character}`);

  function primary(): unknown {
    take(/\s*/);
    const quoted = take(/'(?:[^']|'')*'/);
    if (quoted !== null) return quoted.slice(1, -1).replaceAll("''", "'");
    const number = take(/-?\d+/);
    if (number !== null) return Number(number);
    const name = take(/[a-zA-Z_]\w*/) ?? fail("nothing that begins an expression");
    if (!expect("(")) {
      const words: Record<string, unknown> = { true: true, false: false, null: null };
      return name in words ? words[name] : fail(`${name} is no function call`);
    }
    const args: unknown[] = [];
    if (!expect(")")) {
      do args.push(whole());
      while (expect(","));
      must(")");
    }
    const called = functions[name.toLowerCase()] ?? fail(`the function ${name} is not known here`);
    return called(...args);
  }

  function whole(): unknown {
    let value = primary();
    for (;;) {
      const opening = take(/\??[.[]/);
      if (opening === null) return value;
      const key = opening.endsWith(".") ? (take(/\w+/) ?? fail("no name after the point")) : whole();
      if (opening.endsWith("[")) must("]");
      value = within(value, key, opening.startsWith("?"));
    }
  }

  function within(value: unknown, key: unknown, forgiving: boolean): unknown {
    const held = isObject(value) || Array.isArray(value) ? (value as Record<string, unknown>) : {};
    if (Object.hasOwn(held, String(key))) return held[String(key)];
    return forgiving ? null : fail(`there is no ${String(key)}`);
  }

  const value = whole();
  return { value, end: at };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every string of a JSON value, keys left alone, in the place of which `change` puts another value. */
export function mapStrings(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => mapStrings(one, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapStrings(one, change)]));
}

/** What both languages call alike. */
export const commonFunctions: Functions = {
  concat: (...parts) => parts.map(asText).join(""),
  length: (value) => (Array.isArray(value) || typeof value === "string" ? value.length : noLength(value)),
  tolower: (text) => asText(text).toLowerCase(),
  trim: (text) => asText(text).trim(),
  split: (text, by) => asText(text).split(asText(by)),
  last: (list) => (Array.isArray(list) || typeof list === "string" ? (list.at(-1) ?? null) : noLength(list)),
  first: (list) => (Array.isArray(list) || typeof list === "string" ? (list.at(0) ?? null) : noLength(list)),
  lastindexof: (text, sought) => asText(text).toLowerCase().lastIndexOf(asText(sought).toLowerCase()),
  substring: (text, from, length) => {
    const [whole, begin] = [asText(text), Number(from)];
    const end = length === undefined ? whole.length : begin + Number(length);
    if (begin < 0 || end < begin || end > whole.length)
      throw new TemplateFault(`substring reaches outside of the text: from ${begin} to ${end}`);
    return whole.slice(begin, end);
  },
};

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new TemplateFault(`text was wanted, not ${JSON.stringify(value)}`);
}

function noLength(value: unknown): never {
  throw new TemplateFault(`a list or a text was wanted, not ${JSON.stringify(value)}`);
}
