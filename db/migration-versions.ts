import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** the folder of the migrations */
export const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

const Journal = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) });
const OldestVersions = z.record(z.string(), z.string());
const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

/** Returns this build's version of PocketSOC. */
export const readOwnVersion = (): string =>
  z.object({ version: z.string() }).parse(read(fileURLToPath(new URL("../package.json", import.meta.url))))
    .version;

/**
 * Returns, for each migration of this build, its time in the journal in ms and the oldest version of PocketSOC that may run
 * on a database which has it. Throws an Error for a migration without a line in `_oldest-versions.json`.
 */
export function readOldestVersions(folder = migrationsFolder): { at: number; oldest: string }[] {
  const { entries } = Journal.parse(read(`${folder}/meta/_journal.json`));
  const oldestOf = OldestVersions.parse(read(`${folder}/meta/_oldest-versions.json`));
  return entries.map(({ tag, when }) => {
    const oldest = oldestOf[tag];
    if (!oldest) throw new Error(`${tag} has no line in db/migrations/meta/_oldest-versions.json`);
    return { at: when, oldest };
  });
}
