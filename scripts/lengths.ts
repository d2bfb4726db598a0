import { readFileSync } from "node:fs";
import { type Node, parseSource } from "./syntax-tree.ts";

/** A function that has too many lines. `line` is the number of its first line in the file. */
type LongFunction = { name: string; line: number; lines: number };

const functions = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ClassMethod",
  "PrivateMethod",
  "Constructor",
  "MethodProperty",
]);
/** matches the comment above a long function, or at the top of a long file, that says why it is long */
const reason = /^\s*\/\/ long: \S/;

/** Returns how many lines a function in this file may have. `app` allows more, because components are mostly markup. */
const limitOf = (path: string) => (path.startsWith("app/") ? 120 : 60);

/**
 * Returns a file's functions that have more than `limit` lines, except those with a comment that gives the reason.
 * Functions within a long function aren't checked.
 */
export function longFunctions(path: string, text: string, limit: number): LongFunction[] {
  const source = Buffer.from(text);
  const lineAt = (offset: number) => source.subarray(0, offset).toString().split("\n").length;
  const lines = text.split("\n");
  const found: LongFunction[] = [];
  const visit = (value: unknown, name: string): void => {
    if (Array.isArray(value)) return value.forEach((element) => visit(element, name));
    if (typeof value !== "object" || value === null) return;
    const node = value as Node;
    const own = nameOf(node) ?? name;
    if (functions.has(node.type) && node.span) {
      // swc counts bytes from 1
      const line = lineAt(node.span.start - 1);
      const length = lineAt(node.span.end - 1) - line + 1;
      if (length > limit) {
        if (!reason.test(lines[line - 2] ?? "")) found.push({ name: own, line, lines: length });
        return;
      }
    }
    for (const child of childrenOf(node)) visit(child, own);
  };
  visit(parseSource(path, text), "anonymous");
  return found;
}

/**
 * Returns a node's children. For a `describe`, these are the statements in its function: the function itself is just a list
 * of tests, and may be long.
 */
function childrenOf(node: Node): unknown[] {
  const callee = node.type === "CallExpression" ? baseOf(node.callee as Node) : "";
  if (callee !== "describe") return Object.values(node);
  return (node.arguments as { expression: Node }[]).map(({ expression }) => expression.body);
}

/** Returns the first name in a called expression, such as `describe` in `describe.each(…)(…)`. */
function baseOf(callee: Node): string {
  if (callee.type === "MemberExpression") return baseOf(callee.object as Node);
  if (callee.type === "CallExpression") return baseOf(callee.callee as Node);
  return callee.type === "Identifier" ? (callee.value as string) : "";
}

/**
 * Returns the name for the function within a node. This is the node's identifier or, in a call, the first text, such as a
 * test's name.
 */
function nameOf(node: Node): string | undefined {
  const { identifier, id, key, callee } = node as Record<string, Node | undefined>;
  const named = identifier ?? id ?? key;
  if (named && typeof named.value === "string") return named.value;
  if (!callee) return undefined;
  const [first] = node.arguments as { expression: Node }[];
  if (first?.expression.type === "StringLiteral") return first.expression.value as string;
  if (first?.expression.type !== "TemplateLiteral") return undefined;
  return (first.expression.quasis as { cooked: string }[]).map(({ cooked }) => cooked).join("…");
}

const fileLinesMax = 250;
/** matches tests, which are lists and may be long */
const tests = /\.(?:test|spec)\.tsx?$/;

/** Whether a file has too many lines, and doesn't give the reason in its first line. */
export const isLongFile = (path: string, text: string): boolean =>
  !tests.test(path) && text.trimEnd().split("\n").length > fileLinesMax && !reason.test(text);

/** Returns a sentence for each of these files, and for each function in them, that has too many lines. */
export function lengthProblems(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const text = readFileSync(path, "utf8");
    const limit = limitOf(path);
    const found = longFunctions(path, text, limit).map(
      ({ name, line, lines }) =>
        `${path}:${line}: ${name} has ${lines} lines; the limit is ${limit}. Split it, or give the reason above it: // long: …`,
    );
    if (isLongFile(path, text))
      found.push(
        `${path} has more than ${fileLinesMax} lines. Split it, or give the reason in its first line: // long: …`,
      );
    return found;
  });
}
