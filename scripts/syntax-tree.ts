import { parseSync } from "@swc/core";

/** A node of a syntax tree. `span` counts bytes of UTF-8, from 1. A property has none. */
export type Node = { type: string; span?: { start: number; end: number } } & Record<string, unknown>;

/** Parses a TypeScript or JavaScript file. Returns its statements. */
export function parseSource(path: string, text: string): unknown {
  const syntax = { syntax: "typescript", tsx: path.endsWith("x"), target: "es2024" } as const;
  return parseSync(text, syntax).body;
}

/** Calls `visit` for every node of a syntax tree, outer nodes first. */
export function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const element of value) walk(element, visit);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (typeof (value as Node).type === "string") visit(value as Node);
  for (const child of Object.values(value)) walk(child, visit);
}

/** Returns a function that gives the numbers of a node's first and last lines. A property begins with its key. */
export function spanLines(text: string): (node: Node) => { first: number; last: number } {
  const source = Buffer.from(text);
  const lineAt = (offset: number) => source.subarray(0, offset).toString().split("\n").length;
  return ({ span, key }) => {
    const { start, end } = span ?? (key as Node | undefined)?.span ?? { start: 1, end: 1 };
    return { first: lineAt(start - 1), last: lineAt(end - 1) };
  };
}

/** Returns the names in a chain of members and calls, in order: `z.string().max(3)` gives `["z", "string", "max"]`. */
export function chainOf(node: unknown): string[] {
  const { type, object, property, callee, value, expression } = (node ?? {}) as Record<string, unknown>;
  if (type === "CallExpression") return chainOf(callee);
  if (type === "ParenthesisExpression") return chainOf(expression);
  if (type === "MemberExpression") return [...chainOf(object), ...chainOf(property)];
  return type === "Identifier" && typeof value === "string" ? [value] : [];
}
