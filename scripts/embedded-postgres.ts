import type postgres from "postgres";
import { openClient } from "#db/open-client.ts";
import { type Home, openHome } from "./embedded-home.ts";
import {
  initialise,
  isAlive,
  isInitialised,
  isRunning,
  type Kept,
  logOf,
  readKept,
  readServerPid,
  startServer,
  stopServer,
} from "./embedded-server.ts";

type EmbeddedPostgres = {
  /** the folder that contains all files of the server */
  place: string;
  /** the file that the server logs to */
  log: string;
  superUrl: string;
  ownerUrl: string;
  appUrl: string;
  /** Creates a database that the owner's role owns. */
  createDatabase(name: string): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  /** Calls `listener` once if the server ends otherwise than by `stop`. */
  onDeath(listener: () => void): void;
  stop(): Promise<void>;
};

/**
 * Starts the PostgreSQL that comes with the project, on 127.0.0.1. The first start makes the data folder. A server that a
 * killed launcher left running is reused. The caller must have locked the state folder (`lockFolder`). Throws an Error with
 * one sentence for the person at the terminal.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  fsync?: boolean;
  signal?: AbortSignal;
}): Promise<EmbeddedPostgres> {
  const home = openHome(options.dataDir);
  if (!isInitialised(home)) await initialise(home, options.fsync !== false);
  options.signal?.throwIfAborted();
  const kept = await startServer(home);
  await untilReady(home, kept);
  await ensureRoles(kept);
  return handle(home, kept);
}

/** Returns the server that another process has started on `dataDir`, or null if none runs. */
export async function findEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres | null> {
  const home = openHome(dataDir);
  if (!isInitialised(home) || !(await isRunning(home))) return null;
  return handle(home, readKept(home));
}

const urlOf = (kept: Kept, user: string, password: string, database: string) =>
  `postgres://${user}:${password}@127.0.0.1:${kept.port}/${database}`;

async function asSuperuser<T>(kept: Kept, work: (client: postgres.Sql) => Promise<T>): Promise<T> {
  const url = urlOf(kept, "postgres", kept.passwords.superuser, "postgres");
  const client = openClient(url, { max: 1, name: "pocketsoc-launcher" });
  try {
    return await work(client);
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Waits up to a minute until the server answers. The server may still be starting or recovering. */
async function untilReady(home: Home, kept: Kept): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await asSuperuser(kept, (client) => client`select 1`);
      return;
    } catch (cause) {
      const { code = "" } = cause as { code?: string };
      if (attempt < 120 && ["57P03", "ECONNREFUSED"].includes(code)) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        continue;
      }
      throw new Error(whyNotReady(home, kept, code, (cause as Error).message), { cause });
    }
  }
}

/** Says why a server that runs on the data folder can't be used. */
function whyNotReady(home: Home, { port }: Kept, code: string, message: string): string {
  if (code === "28P01")
    return `The PostgreSQL on ${home.data} doesn't take the password in ${home.notes}. Restore that file from the backup of the same day as the data.`;
  const pid = readServerPid(home);
  if (code === "ECONNREFUSED" || code === "57P03")
    return `A PostgreSQL server (process ${pid}) runs on ${home.data}, but doesn't answer on port ${port} within a minute. The end of ${logOf(home)} may say why. Wait until it has recovered, or stop it with kill ${pid}, and try again.`;
  return `The PostgreSQL on ${home.data} (process ${pid}) can't be used: ${message}${code && ` (${code})`}. The end of ${logOf(home)} says more.`;
}

function ensureRoles(kept: Kept): Promise<void> {
  return asSuperuser(kept, async (client) => {
    const roles = (await client<{ rolname: string }[]>`select rolname from pg_roles`).map(
      (row) => row.rolname,
    );
    // both passwords are base64url, so they are safe in statements that take no parameters
    if (!roles.includes("pocketsoc_owner")) {
      await client.unsafe(`create role pocketsoc_owner login password '${kept.passwords.owner}'`);
    }
    if (!roles.includes("pocketsoc_app")) {
      await client.unsafe(
        `create role pocketsoc_app login nosuperuser nobypassrls password '${kept.passwords.app}'`,
      );
    }
    const databases = await client`select from pg_database where datname = 'pocketsoc'`;
    if (databases.length === 0) await client`create database pocketsoc owner pocketsoc_owner`;
  });
}

function handle(home: Home, kept: Kept): EmbeddedPostgres {
  const { passwords } = kept;
  const watches: NodeJS.Timeout[] = [];
  const execute = (statement: string) =>
    asSuperuser(kept, async (client) => {
      await client.unsafe(statement);
    });
  const checkedName = (name: string) => {
    if (!/^[a-z0-9_]{1,60}$/.test(name)) throw new Error(`not a database name: ${name}`);
    return name;
  };
  return {
    place: home.place,
    log: logOf(home),
    superUrl: urlOf(kept, "postgres", passwords.superuser, "pocketsoc"),
    ownerUrl: urlOf(kept, "pocketsoc_owner", passwords.owner, "pocketsoc"),
    appUrl: urlOf(kept, "pocketsoc_app", passwords.app, "pocketsoc"),
    createDatabase: (name) => execute(`create database ${checkedName(name)} owner pocketsoc_owner`),
    dropDatabase: (name) => execute(`drop database if exists ${checkedName(name)} with (force)`),
    onDeath: (listener) => {
      const pid = readServerPid(home);
      const timer = setInterval(() => {
        if (isAlive(pid)) return;
        clearInterval(timer);
        listener();
      }, 500);
      watches.push(timer);
    },
    stop: () => {
      for (const timer of watches) clearInterval(timer);
      return stopServer(home);
    },
  };
}
