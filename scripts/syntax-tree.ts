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

/** Returns a function that gives the number of the line on which a node begins. A property begins with its key. */
export function linesOf(text: string): (node: Node) => number {
  const source = Buffer.from(text);
  return ({ span, key }) => {
    const start = (span ?? (key as Node).span)?.start ?? 1;
    return source
      .subarray(0, start - 1)
      .toString()
      .split("\n").length;
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
