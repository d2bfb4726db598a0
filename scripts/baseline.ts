import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fail } from "./programs.ts";

const folder = "db/migrations";
const journalFile = `${folder}/meta/_journal.json`;
type Journal = { entries: { when: number; tag: string }[] };

/**
 * Remakes the only migration from db/schema. The new migration has the same time in the journal as the old one, because
 * databases made from an earlier baseline are recognised by that time. Throws an Error once 0.2.0 is released.
 */
function makeBaseline(): void {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  if (version !== "0.1.0")
    throw new Error(
      `${version} is released, so its migrations can't be remade. Add one with npm run db:generate.`,
    );
  const readJournal = () => JSON.parse(readFileSync(journalFile, "utf8")) as Journal;
  const before = existsSync(journalFile) ? readJournal().entries : [];
  rmSync(folder, { recursive: true, force: true });
  const made = spawnSync(
    process.execPath,
    ["node_modules/drizzle-kit/bin.cjs", "generate", "--name", "baseline"],
    { stdio: "inherit" },
  );
  if (made.status !== 0) throw new Error("drizzle-kit could not make the baseline. See its output above.");
  const [kept] = before;
  if (kept?.tag !== "0000_baseline") return;
  const journal = readJournal();
  for (const entry of journal.entries) entry.when = kept.when;
  writeFileSync(journalFile, `${JSON.stringify(journal, null, 2)}\n`);
}

try {
  makeBaseline();
} catch (error) {
  fail(error);
}
