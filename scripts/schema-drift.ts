import { isDeepStrictEqual } from "node:util";
import { generateDrizzleJson } from "drizzle-kit/api";

type Parts = Record<string, Record<string, unknown>>;
const sections = ["tables", "enums", "schemas", "sequences", "roles", "policies", "views"];

/** Returns the names of the tables and other objects that db/schema and the last migration's snapshot define differently. */
export function schemaDrift(schema: Record<string, unknown>, snapshot: object): string[] {
  const now = JSON.parse(JSON.stringify(generateDrizzleJson(schema))) as Parts;
  const then = snapshot as Parts;
  return sections.flatMap((section) => {
    const [before, after] = [then[section] ?? {}, now[section] ?? {}];
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (name) => !isDeepStrictEqual(before[name], after[name]),
    );
  });
}
