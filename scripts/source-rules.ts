import { analyse } from "scslre";
import { chainOf, spanLines, type Node, parseSource, walk } from "./syntax-tree.ts";

type File = { path: string; text: string };
/** Says what is wrong with a node, or returns undefined. */
type Rule = (node: Node, path: string) => string | undefined;

/** what a schema does with a text of any length, unless `limited` refuses a long one first */
const afterLimit = new Set(["max", "length", "regex", "refine", "superRefine", "check", "transform", "pipe"]);

/** A schema of a text checks the length first and stops there; zod's own `.max()` lets the later checks run. */
const limitsTexts: Rule = (node, path) => {
  if (node.type !== "CallExpression" || path === "lib/schemas/limited.ts") return undefined;
  const [first, second, ...rest] = chainOf(node);
  if (first !== "z" || second !== "string" || !afterLimit.has(rest.at(-1) ?? "")) return undefined;
  return `.${rest.at(-1)}() runs on a text of any length. Begin with limited(…) of lib/schemas/limited.ts.`;
};

const bodyReads = new Set(["text", "json", "formData", "arrayBuffer", "blob", "bytes"]);

/** A handler reads a request's body only up to a limit. */
const limitsBodies: Rule = (node, path) => {
  if (!/^(app|lib\/http|lib\/auth)\//.test(path) || node.type !== "CallExpression") return undefined;
  const names = chainOf(node);
  const read = names.at(-1) ?? "";
  if (!bodyReads.has(read) || !/^(request|req|clone)$/i.test(names.at(-2) ?? "")) return undefined;
  return `.${read}() reads a body of any size. Use readSmallJson or readLimited.`;
};

/** properties whose text is a regular expression, in a vendor's manifest and templates */
const patternNames = new Set(["pattern", "refuses"]);

/** what turns a text into markup or code; Trusted Types would forbid these too, but Next's own loader uses some of them */
const sinks = new Set([
  "dangerouslySetInnerHTML",
  "innerHTML",
  "outerHTML",
  "insertAdjacentHTML",
  "srcDoc",
  "srcdoc",
]);
for (const name of ["eval", "createContextualFragment", "parseFromString", "Function"]) sinks.add(name);

/** A page makes no markup and no code out of a text. */
const makesNoMarkup: Rule = (node, path) => {
  if (!/^(app|components|public)\//.test(path)) return undefined;
  const { type, value, callee } = node as Record<string, unknown>;
  const isCode = type === "CallExpression" || type === "NewExpression";
  const name = isCode
    ? chainOf(callee).join()
    : type === "Identifier" && typeof value === "string"
      ? value
      : "";
  if (!sinks.has(name) || (!isCode && (name === "eval" || name === "Function"))) return undefined;
  return `${name} makes markup or code out of a text. Render the text instead.`;
};

/** A regular expression takes time in proportion to the text. */
const readsInLinearTime: Rule = (node) => {
  const { type, pattern, flags, key, value, callee, arguments: given } = node as Record<string, unknown>;
  if (type === "RegExpLiteral") return slowness(String(pattern), String(flags));
  if (type === "KeyValueProperty" && patternNames.has(chainOf(key).join()) && isText(value))
    return slowness(value.value, "i");
  if (type !== "NewExpression" || chainOf(callee).join() !== "RegExp") return undefined;
  const [first] = given as { expression: unknown }[];
  if (patternNames.has(chainOf(first?.expression).at(-1) ?? "")) return undefined;
  return "a regular expression that is put together can't be checked. Write it as a literal.";
};

const isText = (value: unknown): value is { value: string } =>
  (value as Node | undefined)?.type === "StringLiteral";

/** Says whether a regular expression can take more time than in proportion to the text. */
function slowness(source: string, flags: string): string | undefined {
  if (analyse({ source, flags }).reports.length === 0) return undefined;
  return `/${source}/${flags} can take time with the square of the text's length, or worse. Rewrite it.`;
}

/** matches the syntax tree of `Record<string, …>` */
const keyedByText = /"value":"Record".*?"params":\[\{"type":"TsKeywordType","span":\{[^}]*\},"kind":"string"/;

/**
 * Returns the names of a file's tables: constants at the top of the file with any texts as keys. Reading such a table with a
 * key from outside needs `lookUp`, or the key `constructor` would find something.
 */
function tablesOf(body: unknown): Set<string> {
  const found = new Set<string>();
  for (const statement of body as Node[]) {
    const { declarations } = (statement.declaration ?? statement) as Node;
    for (const { id } of (declarations ?? []) as { id: Node }[])
      if (keyedByText.test(JSON.stringify(id.typeAnnotation ?? null))) found.add(String(id.value));
  }
  return found;
}

/** Says what is wrong with reading a table by a key that isn't written out. */
function tableProblem({ type, object, property }: Node, tables: ReadonlySet<string>): string | undefined {
  const { value } = (object ?? {}) as { value?: string };
  const { type: kind, expression } = (property ?? {}) as { type?: string; expression?: Node };
  if (type !== "MemberExpression" || kind !== "Computed" || !tables.has(value ?? "")) return undefined;
  if (expression?.type === "StringLiteral") return undefined;
  return `${value}[…] also finds what every object inherits. Use lookUp of lib/domain/look-up.ts.`;
}

const rules = [limitsTexts, limitsBodies, makesNoMarkup, readsInLinearTime];

/** Returns a sentence for each place in these files that breaks one of the rules. */
export function ruleProblems(files: readonly File[]): string[] {
  return files.flatMap(({ path, text }) => {
    const found: string[] = [];
    const linesAt = spanLines(text);
    const body = parseSource(path, text);
    const tables = tablesOf(body);
    walk(body, (node) => {
      for (const problem of [...rules.map((rule) => rule(node, path)), tableProblem(node, tables)])
        if (problem) found.push(`${path}:${linesAt(node).first}: ${problem}`);
    });
    return found;
  });
}
