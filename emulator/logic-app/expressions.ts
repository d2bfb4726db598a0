/** The functions that an expression may call, keyed by name in lower case. Their arguments are already evaluated. */
export type Functions = Record<string, (...args: unknown[]) => unknown>;

/** Thrown for a template, a workflow definition or an expression that Azure refuses or that the emulator doesn't support. */
export class TemplateFault extends Error {
  override name = "TemplateFault";
}

/**
 * Evaluates the expression that begins at index `start` of the text. Returns the value and the index after the expression.
 * Templates and Logic Apps share the language: calls, strings in single quotes, whole numbers, `.name` and `[index]`, and
 * `?.name` and `?[index]`, which give null for a missing member. Throws TemplateFault on other syntax and unknown
 * functions.
 */
export function evaluate(text: string, start: number, functions: Functions): { value: unknown; end: number } {
  let at = start;
  const fail = (problem: string): never => {
    throw new TemplateFault(`${problem} at ${at} of ${text}`);
  };
  const read = (pattern: RegExp): string | null => {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = at;
    const [match] = sticky.exec(text) ?? [];
    if (match === undefined) return null;
    at += match.length;
    return match;
  };
  const accept = (character: string) => read(/\s*/) !== null && text[at] === character && (at++, true);
  const requireCharacter = (character: string) => accept(character) || fail(`expected ${character}`);

  function primary(): unknown {
    read(/\s*/);
    const quoted = read(/'(?:[^']|'')*'/);
    if (quoted !== null) return quoted.slice(1, -1).replaceAll("''", "'");
    const number = read(/-?\d+/);
    if (number !== null) return Number(number);
    const name = read(/[a-zA-Z_]\w*/) ?? fail("expected an expression");
    if (!accept("(")) {
      const literals: Record<string, unknown> = { true: true, false: false, null: null };
      return name in literals ? literals[name] : fail(`${name} isn't a function call`);
    }
    const args: unknown[] = [];
    if (!accept(")")) {
      do args.push(expression());
      while (accept(","));
      requireCharacter(")");
    }
    const call = functions[name.toLowerCase()] ?? fail(`the function ${name} isn't supported`);
    return call(...args);
  }

  function expression(): unknown {
    let value = primary();
    for (;;) {
      const opening = read(/\??[.[]/);
      if (opening === null) return value;
      const key = opening.endsWith(".")
        ? (read(/\w+/) ?? fail("expected a name after the dot"))
        : expression();
      if (opening.endsWith("[")) requireCharacter("]");
      value = memberOf(value, key, opening.startsWith("?"));
    }
  }

  function memberOf(value: unknown, key: unknown, isOptional: boolean): unknown {
    const parent = isObject(value) || Array.isArray(value) ? (value as Record<string, unknown>) : {};
    if (Object.hasOwn(parent, String(key))) return parent[String(key)];
    return isOptional ? null : fail(`there is no member ${String(key)}`);
  }

  const value = expression();
  return { value, end: at };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Copies a JSON value. `replace` returns the new value for each string; keys stay the same. */
export function mapStrings(value: unknown, replace: (text: string) => unknown): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((element) => mapStrings(element, replace));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapStrings(member, replace)]));
}

/** The functions that both templates and Logic Apps have. */
export const commonFunctions: Functions = {
  concat: (...parts) => parts.map(asText).join(""),
  length: (value) => (Array.isArray(value) || typeof value === "string" ? value.length : failAsList(value)),
  tolower: (text) => asText(text).toLowerCase(),
  trim: (text) => asText(text).trim(),
  split: (text, separator) => asText(text).split(asText(separator)),
  last: (list) =>
    Array.isArray(list) || typeof list === "string" ? (list.at(-1) ?? null) : failAsList(list),
  first: (list) =>
    Array.isArray(list) || typeof list === "string" ? (list.at(0) ?? null) : failAsList(list),
  lastindexof: (text, part) => asText(text).toLowerCase().lastIndexOf(asText(part).toLowerCase()),
  substring: (text, from, length) => {
    const [source, begin] = [asText(text), Number(from)];
    const end = length === undefined ? source.length : begin + Number(length);
    if (begin < 0 || end < begin || end > source.length)
      throw new TemplateFault(`substring goes beyond the text: from ${begin} to ${end}`);
    return source.slice(begin, end);
  },
};

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new TemplateFault(`expected text, not ${JSON.stringify(value)}`);
}

function failAsList(value: unknown): never {
  throw new TemplateFault(`expected a list or text, not ${JSON.stringify(value)}`);
}
