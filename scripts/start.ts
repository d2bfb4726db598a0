import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { checkDatabaseRole } from "#db/check-role.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { RefusedDatabase } from "#db/migration-state.ts";
import { checkKeyring } from "#lib/core/keyring-check.ts";
import { openServices } from "#lib/core/open.ts";
import {
  embeddedDatabaseUrl,
  type Env,
  loopback,
  type Program,
  readEnv,
  settingsFor,
} from "#lib/platform/env.ts";
import { noVendors, offerVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { isBuilt } from "./build.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { portRule, readPort, whyNotPort } from "./ports.ts";
import { aborted, endWithDatabase, launch, openPrograms } from "./programs.ts";
import { lockFolder } from "./state-folder.ts";

const stateDir = ".pocketsoc";
const bindAddress = process.env.POCKETSOC_BIND?.trim() || loopback;
const programs: Record<Program, string[]> = {
  web: [
    ...["node_modules/next/dist/bin/next", "start"],
    ...["-H", bindAddress, "-p", process.env.PORT?.trim() || "3000"],
  ],
  worker: ["programs/worker/main.ts"],
  receiver: ["programs/receiver/main.ts"],
};

class Refusal extends Error {
  constructor(sentences: string[]) {
    super(`PocketSOC can't start:\n${sentences.map((sentence) => `- ${sentence}`).join("\n")}`);
  }
}

function readPrograms(wanted: string | undefined): Program[] {
  if (wanted === undefined) return ["web", "worker"];
  if (wanted === "web" || wanted === "worker" || wanted === "receiver") return [wanted];
  throw new Refusal(["Say web, worker, receiver, or nothing for web and worker."]);
}

/** Lists every missing or wrong setting, before any program starts. */
async function listProblems(names: Program[]): Promise<string[]> {
  const databaseUrl = process.env.DATABASE_URL?.trim();
  const problems: string[] = [];
  if (process.env.POCKETSOC_DEMO)
    problems.push("POCKETSOC_DEMO is for the demo only. Remove it, or run npm run demo.");
  if (!isBuilt()) problems.push("The portal isn't built. Run npm run build.");
  const source = { ...process.env, DATABASE_URL: databaseUrl || embeddedDatabaseUrl };
  const misread = names.flatMap((name) => {
    const read = readEnv(source, name);
    return read.ok ? [] : read.problems;
  });
  const wrong = [...misread, ...offerVendors(registry, process.env).problems];
  // a Set, because programs and vendors may report the same setting
  problems.push(...new Set(wrong.map(({ name, problem }) => `${name} ${problem}`)));
  if (names.includes("web")) problems.push(...(await portProblems()));
  problems.push(...certificateProblems(process.env.NODE_EXTRA_CA_CERTS));
  if (!databaseUrl) {
    if (names.length === 1)
      problems.push(
        "DATABASE_URL is missing. Programs that run separately need a database that all of them reach.",
      );
  } else if (misread.every(({ name }) => name !== "DATABASE_URL")) {
    problems.push(...(await databaseProblems(databaseUrl, names)));
  }
  return problems;
}

/** Lists what keeps the programs from running on the database. Prints what an operator should know nonetheless. */
async function databaseProblems(databaseUrl: string, names: Program[]): Promise<string[]> {
  const { problems, notes } = await checkDatabaseRole(databaseUrl, names);
  for (const note of notes) console.log(note);
  return problems;
}

async function portProblems(): Promise<string[]> {
  const port = readPort(process.env.PORT);
  if (port === null) return [portRule];
  const taken = isIP(bindAddress) ? await whyNotPort(port, bindAddress) : null;
  return taken ? [taken] : [];
}

/**
 * Lists the problems of the file in NODE_EXTRA_CA_CERTS. Node itself only prints a warning, and then Azure would seem
 * unreachable.
 */
function certificateProblems(file: string | undefined): string[] {
  if (!file) return [];
  try {
    if (readFileSync(file, "utf8").includes("-----BEGIN")) return [];
    return [`NODE_EXTRA_CA_CERTS names ${file}, which contains no certificate in PEM form.`];
  } catch {
    // Node can't read it either, whatever the reason
    return [`NODE_EXTRA_CA_CERTS names ${file}, which isn't there or can't be read.`];
  }
}

/**
 * Returns the address of the database for the portal's role. This is DATABASE_URL or, without it, the address of the
 * embedded server, which is started and migrated first.
 */
async function openDatabase(started: AsyncDisposableStack, ending: AbortController): Promise<string> {
  const databaseUrl = process.env.DATABASE_URL?.trim();
  if (databaseUrl) return databaseUrl;
  const embedded = await startEmbeddedPostgres({
    dataDir: join(stateDir, "postgres"),
    signal: ending.signal,
  });
  started.defer(() => embedded.stop());
  endWithDatabase(embedded, ending);
  const { note } = await migrateDatabase(embedded.ownerUrl).catch((error: unknown) => {
    if (!(error instanceof RefusedDatabase)) throw error;
    throw new RefusedDatabase(error.kind, `move ${embedded.place} away and start again`);
  });
  if (note) console.log(note);
  return embedded.appUrl;
}

/** Throws a Refusal if the keyring opens none of the database's data keys, so no stored secret either. */
async function requireKeyring(databaseUrl: string, [program]: Program[]): Promise<void> {
  const { services, handle } = openServices(
    { ...getEnvFor(databaseUrl, program), vendors: noVendors },
    "pocketsoc-start-check",
  );
  try {
    const { problem, note } = await checkKeyring(services);
    if (problem) throw new Refusal([problem]);
    if (note) console.log(note);
  } finally {
    await handle.close();
  }
}

/** Returns the settings with the address of the database that the programs get. */
function getEnvFor(databaseUrl: string, program?: Program): Env {
  const read = readEnv({ ...process.env, DATABASE_URL: databaseUrl }, program);
  if (!read.ok) throw new Refusal(read.problems.map(({ name, problem }) => `${name} ${problem}`));
  return read.env;
}

/** Runs the portal until `ending` aborts or a program of the portal ends. */
async function runPortal(ending: AbortController): Promise<void> {
  const names = readPrograms(process.argv[2]);
  // locked first: otherwise a second start would only hear that the port is taken
  if (!process.env.DATABASE_URL?.trim()) lockFolder(stateDir);
  const problems = await listProblems(names);
  if (problems.length > 0) throw new Refusal(problems);
  await using started = new AsyncDisposableStack();
  const databaseUrl = await openDatabase(started, ending);
  await requireKeyring(databaseUrl, names);
  ending.signal.throwIfAborted();
  const portal = openPrograms(ending, "inherit");
  started.defer(() => portal.stop());
  for (const name of names)
    portal.start(name, programs[name], {
      ...settingsFor(name, process.env),
      NODE_ENV: "production",
      DATABASE_URL: databaseUrl,
    });
  await aborted(ending.signal);
}

await launch(runPortal);
