import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { migrateDatabase } from "#db/migrate.ts";
import { loopback } from "#lib/platform/env.ts";
import { contoso, portalApp } from "../emulator/azure/directory.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { freePort, isFree, whyNotPort } from "./ports.ts";
import { endWithDatabase, openPrograms } from "./programs.ts";
import { keepRestarting } from "./restarting.ts";
import { seedDemo } from "./seed-demo.ts";
import { lockFolder, writeWhole } from "./state-folder.ts";

type StackOptions = {
  stateDir: string;
  portalPort: number;
  /** whether to open the emulator's control API */
  control: boolean;
  fsync?: boolean;
  undoSeconds?: number;
  /** the local port on which a stand-in for a push service listens */
  pushPort?: number;
  /** the local port on which a stand-in for a mail server listens */
  smtpPort?: number;
  /** the local port on which a stand-in for an outgoing webhook's receiver listens */
  outgoingPort?: number;
  /** if false, no worker runs, so nothing is polled or sent unless the caller does it */
  worker?: boolean;
  /**
   * if true, web and worker run from the sources, restart when these change, and print their output; otherwise the built
   * portal runs
   */
  followsSources?: boolean;
  /** if true, the stack begins with an empty database and a new emulator */
  fresh?: boolean;
  /** `env` has further settings for web and worker; Node loads the module `webImport` or `workerImport` before the program */
  own?: { env: Record<string, string>; webImport: string; workerImport: string };
  /** aborts when a program ends by itself; the caller may abort it to stop the start */
  ending?: AbortController;
};
export type Stack = {
  portalUrl: string;
  controlUrl: string | undefined;
  ownerUrl: string;
  appUrl: string;
  /** the portal's settings; programs that run beside the portal need them */
  env: Record<string, string>;
  stop(): Promise<void>;
};
type Kept = { sessionSecret: string; encryptionKeys: string; portalUrl: string };
type Ready = {
  authorityHost: string;
  armEndpoint: string;
  graphEndpoint: string;
  controlUrl?: string;
  caFile: string;
};

/** Starts PostgreSQL, the emulator, a worker and the web on this machine, for the demo and the browser tests. */
export async function startStack(options: StackOptions): Promise<Stack> {
  lockFolder(options.stateDir);
  const taken = await whyNotPort(options.portalPort);
  if (taken) throw new Error(taken);
  const ending = options.ending ?? new AbortController();
  // disposed in reverse order, so that programs end before what they depend on
  const started = new AsyncDisposableStack();
  const stop = () => started.disposeAsync();
  try {
    return { ...(await startAll(options, ending, started)), stop };
  } catch (error) {
    await stop();
    throw ending.signal.aborted ? ending.signal.reason : error;
  }
}

async function startAll(
  options: StackOptions,
  ending: AbortController,
  started: AsyncDisposableStack,
): Promise<Omit<Stack, "stop">> {
  const { stateDir } = options;
  const { signal } = ending;
  const portalUrl = `http://localhost:${options.portalPort}`;
  const database = await startEmbeddedPostgres({
    dataDir: join(stateDir, "postgres"),
    fsync: options.fsync ?? true,
    signal,
  });
  started.defer(() => database.stop());
  endWithDatabase(database, ending);
  signal.throwIfAborted();
  if (options.fresh) {
    rmSync(join(stateDir, "emulator"), { recursive: true, force: true });
    await database.dropDatabase("pocketsoc");
    await database.createDatabase("pocketsoc");
  }
  await migrateDatabase(database.ownerUrl);
  await seedDemo(database.appUrl);
  signal.throwIfAborted();
  const azure = openPrograms(ending, "pipe");
  started.defer(() => azure.stop());
  const emulator = azure.start("emulator", ["emulator/main.ts"], await emulatorEnv(options, portalUrl));
  const ready = JSON.parse(await firstLine(emulator)) as Ready;
  signal.throwIfAborted();
  keepDemo(stateDir, portalUrl);
  const env = {
    ...keptDemoEnv(stateDir),
    ...(options.followsSources ? { NODE_ENV: "development" } : {}),
    ...azureEnv(ready),
    DATABASE_URL: database.appUrl,
    POCKETSOC_UNDO_SECONDS: String(options.undoSeconds ?? 8),
    // Microsoft's example company, so that the address is nobody's
    POCKETSOC_VAPID_SUBJECT: "mailto:soc@contoso.com",
    ...(options.pushPort ? { POCKETSOC_PUSH_HOSTS: `localhost:${options.pushPort}` } : {}),
    ...(options.smtpPort ? mailEnv(options.smtpPort) : {}),
    ...(options.outgoingPort ? { POCKETSOC_OUTGOING_HOSTS: `localhost:${options.outgoingPort}` } : {}),
    ...options.own?.env,
  };
  startPortal(options, env, ending, started);
  await waitUntilReady(`${portalUrl}/api/health/ready`, signal);
  return {
    portalUrl,
    controlUrl: ready.controlUrl,
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    env,
  };
}

/** Starts the web and, unless `worker` is false, a worker. */
function startPortal(
  options: StackOptions,
  env: Record<string, string>,
  ending: AbortController,
  started: AsyncDisposableStack,
): void {
  const output = options.followsSources ? "inherit" : "ignore";
  const portal = openPrograms(ending, output);
  started.defer(() => portal.stop());
  const importing = (module: string | undefined) => (module ? [`--import=${module}`] : []);
  const next = [...importing(options.own?.webImport), "node_modules/next/dist/bin/next"];
  // a demo isn't meant for a network, and the development server serves its sources
  next.push(...(options.followsSources ? ["dev", "-H", "localhost"] : ["start", "-H", loopback]));
  portal.start("web", [...next, "-p", String(options.portalPort)], env);
  if (options.worker === false) return;
  const args = [...importing(options.own?.workerImport), "programs/worker/main.ts"];
  if (!options.followsSources) return void portal.start("worker", args, env);
  const worker = keepRestarting("worker", { args, env, folders: ["programs", "lib", "db"], output });
  started.defer(() => worker.stop());
}

async function emulatorEnv(options: StackOptions, portalUrl: string): Promise<Record<string, string>> {
  const port = async (wanted: number) =>
    String((await isFree(wanted, "localhost")) ? wanted : await freePort());
  return {
    EMULATOR_ENTRA_PORT: await port(9443),
    EMULATOR_ARM_PORT: await port(9444),
    EMULATOR_BROWSER_PORT: await port(9445),
    EMULATOR_STATE_DIR: join(options.stateDir, "emulator"),
    EMULATOR_PORTAL_URL: portalUrl,
    EMULATOR_CONTROL: options.control ? "1" : "0",
  };
}

const mailEnv = (port: number) => ({
  POCKETSOC_SMTP_URL: `smtp://localhost:${port}`,
  POCKETSOC_MAIL_FROM: "soc@contoso.com",
});

const azureEnv = (ready: Ready) => ({
  AZURE_AUTHORITY_HOST: ready.authorityHost,
  AZURE_RESOURCE_MANAGER_ENDPOINT: ready.armEndpoint,
  AZURE_GRAPH_ENDPOINT: ready.graphEndpoint,
  NODE_EXTRA_CA_CERTS: ready.caFile,
});

/** Writes the demo's file of secrets, with the portal's present address. The first start makes the secrets. */
function keepDemo(stateDir: string, portalUrl: string): void {
  const file = join(stateDir, "demo.json");
  const earlier = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Kept>) : {};
  const kept: Kept = {
    sessionSecret: earlier.sessionSecret ?? randomBytes(32).toString("base64url"),
    encryptionKeys: earlier.encryptionKeys ?? `demo:${randomBytes(32).toString("base64")}`,
    portalUrl,
  };
  writeWhole(file, JSON.stringify(kept));
}

/**
 * Returns the demo portal's settings except for the database. The portal's programs use them, and so do commands that run
 * beside the portal.
 */
export function keptDemoEnv(stateDir: string): Record<string, string> {
  const kept = JSON.parse(readFileSync(join(stateDir, "demo.json"), "utf8")) as Kept;
  return {
    NODE_ENV: "production",
    POCKETSOC_DEMO: "1",
    POCKETSOC_URL: kept.portalUrl,
    POCKETSOC_SESSION_SECRET: kept.sessionSecret,
    POCKETSOC_ENCRYPTION_KEYS: kept.encryptionKeys,
    POCKETSOC_ENTRA_TENANT_ID: contoso,
    POCKETSOC_ENTRA_CLIENT_ID: portalApp.clientId,
    POCKETSOC_ENTRA_CLIENT_SECRET: portalApp.secret,
    POCKETSOC_FIRST_ADMIN: "admin@contoso.example",
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error("the emulator has no output"));
    child.once("exit", () => reject(new Error("The emulator did not start. See the reason above.")));
    createInterface({ input: child.stdout }).once("line", resolve);
  });
}

async function waitUntilReady(url: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
      if (response.ok) return;
    } catch {
      // not listening yet, or aborted, which the next attempt throws
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("The portal did not become ready within 30 seconds.");
}
