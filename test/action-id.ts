import { readFileSync } from "node:fs";

type Manifest = { node: Record<string, { workers: Record<string, unknown> }> };

/** Returns the id of a server action that a page calls, from the build. Throws an Error if the page calls none. */
export function actionIdOf(page: string): string {
  const { node } = JSON.parse(
    readFileSync(".next/server/server-reference-manifest.json", "utf8"),
  ) as Manifest;
  const found = Object.entries(node).find(([, { workers }]) => Object.hasOwn(workers, page));
  if (!found) throw new Error(`the build has no action of ${page}`);
  return found[0];
}
