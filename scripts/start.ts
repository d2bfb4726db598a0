import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { checkDatabaseRole } from "#db/check-role.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { RefusedDatabase } from "#db/migration-state.ts";
import { loopback, type Program, readEnv, settingsFor } from "#lib/platform/env.ts";
import { offerVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { isBuilt } from "./build.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { portRule, readPort, whyNotPort } from "./ports.ts";
import { aborted, launch, openPrograms } from "./programs.ts";
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
  const databaseUrl = process.env.DATABASE_URL;
  const problems: string[] = [];
  if (process.env.POCKETSOC_DEMO)
    problems.push("POCKETSOC_DEMO is for the demo only. Remove it, or run npm run demo.");
  if (!isBuilt()) problems.push("The portal isn't built. Run npm run build.");
  const source = { ...process.env, DATABASE_URL: databaseUrl || "postgres://embedded" };
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
    problems.push(...(await checkDatabaseRole(databaseUrl)));
  }
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
async function openDatabase(started: AsyncDisposableStack, signal: AbortSignal): Promise<string> {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const embedded = await startEmbeddedPostgres({ dataDir: join(stateDir, "postgres"), signal });
  started.defer(() => embedded.stop());
  await migrateDatabase(embedded.ownerUrl).catch((error: unknown) => {
    if (!(error instanceof RefusedDatabase)) throw error;
    throw new RefusedDatabase(error.kind, `move ${embedded.place} away and start again`);
  });
  return embedded.appUrl;
}

/** Runs the portal until `ending` aborts or a program of the portal ends. */
async function runPortal(ending: AbortController): Promise<void> {
  const names = readPrograms(process.argv[2]);
  // locked first: otherwise a second start would only hear that the port is taken
  if (!process.env.DATABASE_URL) lockFolder(stateDir);
  const problems = await listProblems(names);
  if (problems.length > 0) throw new Refusal(problems);
  await using started = new AsyncDisposableStack();
  const databaseUrl = await openDatabase(started, ending.signal);
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
