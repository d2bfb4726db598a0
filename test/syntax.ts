import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "@swc/core";

/** A node of swc's syntax tree. */
export type Syntax = { type: string } & Record<string, unknown>;
export type SourceFile = { path: string; tree: Syntax };

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** Parses every file of these top-level folders except tests. */
export function parseRooms(...rooms: string[]): SourceFile[] {
  return rooms
    .flatMap((room) =>
      readdirSync(room, { recursive: true, encoding: "utf8" }).map((name) => join(room, name)),
    )
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
    .map((path) => {
      const text = readFileSync(path, "utf8");
      const tree = parseSync(text, { syntax: "typescript", tsx: path.endsWith("x"), target: "es2024" });
      return { path, tree: tree as unknown as Syntax };
    });
}

/** Yields the nodes of a type at or below `root`. Each comes with the nodes that contain it, the innermost first. */
export function* find(root: unknown, type: string, above: Syntax[] = []): Generator<[Syntax, Syntax[]]> {
  if (Array.isArray(root)) for (const element of root) yield* find(element, type, above);
  else if (isSyntax(root)) {
    if (root.type === type) yield [root, above];
    const around = [root, ...above];
    for (const value of Object.values(root)) if (typeof value === "object") yield* find(value, type, around);
  } else if (typeof root === "object" && root !== null)
    // a wrapper that is no node itself, such as an argument
    for (const value of Object.values(root)) if (typeof value === "object") yield* find(value, type, above);
}

/** Returns the name of an identifier, or undefined for any other node. */
export const nameOf = (node: unknown) =>
  isSyntax(node) && node.type === "Identifier" ? (node.value as string) : undefined;
