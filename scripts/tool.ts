import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkDatabaseRole } from "#db/check-role.ts";
import { embeddedDatabaseUrl, type Env, readEnv } from "#lib/platform/env.ts";
import type { SettingProblem } from "#lib/platform/settings-reader.ts";
import type { Services } from "#lib/core/context.ts";
import { openServices } from "#lib/core/open.ts";
import { offerVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { findEmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { fail } from "./programs.ts";
import { keptDemoEnv } from "./stack.ts";
import { lockHolderOf, lockFolder } from "./state-folder.ts";

type Tool = { env: Env; services: Services; close: () => Promise<void> };

/**
 * Opens the services for a command that runs beside the portal. The settings come from the environment or, if it has none,
 * from a demo in this clone. Without DATABASE_URL the command uses the embedded database, and starts it if necessary. If
 * something is missing, prints a sentence and exits.
 */
export function openTool(name: string): Promise<Tool> {
  return open(name).catch(fail);
}

async function open(name: string): Promise<Tool> {
  const named = process.env.POCKETSOC_STATE_DIR;
  const demoDir = named ?? ".pocketsoc/demo";
  const demo = !process.env.POCKETSOC_URL && existsSync(join(demoDir, "demo.json"));
  if (demo) Object.assign(process.env, keptDemoEnv(demoDir));
  // checked before a database is started
  const read = readEnv({
    ...process.env,
    DATABASE_URL: process.env.DATABASE_URL?.trim() || embeddedDatabaseUrl,
  });
  const offered = offerVendors(registry, process.env);
  if (!read.ok || offered.problems.length > 0)
    throw new Error(listOf([...(read.ok ? [] : read.problems), ...offered.problems]));
  const databaseUrl = process.env.DATABASE_URL?.trim();
  const { problems } = databaseUrl ? await checkDatabaseRole(databaseUrl, []) : { problems: [] };
  if (problems.length > 0) throw new Error(sentencesOf(problems));
  const database = databaseUrl
    ? { appUrl: databaseUrl, stop: async () => {} }
    : await openEmbedded(demo ? demoDir : (named ?? ".pocketsoc"));
  const env = { ...read.env, databaseUrl: database.appUrl };
  const { services, handle } = openServices({ ...env, vendors: offered.vendors }, name);
  const close = async () => {
    await handle.close();
    await database.stop();
  };
  return { env, services, close };
}

const listOf = (problems: SettingProblem[]) =>
  sentencesOf(problems.map(({ name, problem }) => `${name} ${problem}`));
const sentencesOf = (problems: string[]) =>
  `This can't run yet:\n${problems.map((problem) => `- ${problem}`).join("\n")}`;

/** Opens the embedded database, and starts it if no launcher runs it. `stop` ends only a database that was started here. */
async function openEmbedded(stateDir: string): Promise<{ appUrl: string; stop: () => Promise<void> }> {
  const dataDir = join(stateDir, "postgres");
  const holder = lockHolderOf(stateDir);
  if (!holder) {
    lockFolder(stateDir);
    return startEmbeddedPostgres({ dataDir });
  }
  const found = await findEmbeddedPostgres(dataDir);
  if (found) return { appUrl: found.appUrl, stop: async () => {} };
  throw new Error(
    `${holder.command} (process ${holder.pid}) is starting or stopping. Try again in a moment.`,
  );
}
