import { readFileSync } from "node:fs";

type Manifest = { node: Record<string, { workers: Record<string, unknown>; exportedName?: string }> };

/**
 * Returns the id of a server action that a page calls, from the build: of the action `name`, or of any. Throws an Error if the
 * page calls none.
 */
export function actionIdOf(page: string, name?: string): string {
  const { node } = JSON.parse(
    readFileSync(".next/server/server-reference-manifest.json", "utf8"),
  ) as Manifest;
  const found = Object.entries(node).find(
    ([, { workers, exportedName }]) => Object.hasOwn(workers, page) && (!name || exportedName === name),
  );
  if (!found) throw new Error(`the build has no action of ${page}`);
  return found[0];
}
