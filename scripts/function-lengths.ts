import { readFileSync } from "node:fs";
import { parseSync } from "@swc/core";

type Node = { type: string; span: { start: number; end: number } } & Record<string, unknown>;
/** A function that is too long. `line` is its first line. */
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
/** the comment above a long function that gives its reason */
const reason = /^\s*\/\/ long: \S/;

/** The number of lines a function may have. Components are mostly markup, so `app` allows more. */
const limitOf = (path: string) => (path.startsWith("app/") ? 120 : 60);

/** The outermost functions of a file with more than `limit` lines and no reason above them. */
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
    if (functions.has(node.type)) {
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
  const syntax = { syntax: "typescript", tsx: path.endsWith("x"), target: "es2024" } as const;
  visit(parseSync(text, syntax).body, "anonymous");
  return found;
}

/** A node's children. Of a `describe` only the tests in it, because its own function is just a list of them. */
function childrenOf(node: Node): unknown[] {
  const callee = node.type === "CallExpression" ? baseOf(node.callee as Node) : "";
  if (callee !== "describe") return Object.values(node);
  return (node.arguments as { expression: Node }[]).map(({ expression }) => expression.body);
}

/** The name at the beginning of a call: `describe`, also for `describe.each(…)(…)`. */
function baseOf(callee: Node): string {
  if (callee.type === "MemberExpression") return baseOf(callee.object as Node);
  if (callee.type === "CallExpression") return baseOf(callee.callee as Node);
  return callee.type === "Identifier" ? (callee.value as string) : "";
}

/** The name that a node gives to a function in it: its own identifier, or the first text of a call, such as a test's name. */
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

/** One sentence for each function in these files that is too long. */
export function lengthProblems(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const limit = limitOf(path);
    return longFunctions(path, readFileSync(path, "utf8"), limit).map(
      ({ name, line, lines }) =>
        `${path}:${line}: ${name} has ${lines} lines; the limit is ${limit}. Split it, or give the reason above it: // long: …`,
    );
  });
}
