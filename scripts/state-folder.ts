import { spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** A launcher that runs a stack on the emulated Azure. */
export type DemoName = "demo" | "dev";

/** Returns a launcher's folder, which contains its database, emulator state and secrets. */
export const stateDirOf = (name: DemoName): string => join(".pocketsoc", name);

/**
 * Makes the folder if it doesn't exist. Throws an Error for the person at the terminal if this account can't write to the
 * folder.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/** Returns an error for the person at the terminal that says why nothing can be written to the folder. */
function unwritable(folder: string, cause: unknown): Error {
  const { code = "" } = cause as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOSPC: "because its disk is full. Make room on it, and try again",
    EDQUOT: "because the disk quota of this account is used up. Make room, and try again",
    EROFS: "because it is on a file system that is mounted read-only. Mount it writable, and try again",
  };
  const reason =
    reasons[code] ?? "by this account. Give yourself the right to write there, or use a clone of your own";
  return new Error(`The folder ${folder} can't be written to ${reason}.`, { cause });
}

/** Replaces a file of secrets in one step, so that a killed process never leaves half of the new content. */
export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The process that has locked a state folder. A later process may have the same `pid`, but not the same `began`. */
type Holder = { pid: number; began: string; command: string };

const noteIn = (folder: string) => join(folder, "running.json");

/** Returns the other running process that has locked the folder, or null. A killed process's lock is ignored. */
export function lockHolderOf(folder: string): Holder | null {
  const holder = readNote(folder);
  if (!holder || holder.pid === process.pid || beginningOf(holder.pid) !== holder.began) return null;
  return holder;
}

/**
 * Locks the folder until this process ends. Throws an Error for the person at the terminal if another launcher has locked
 * the folder.
 */
export function lockFolder(folder: string): void {
  makeFolder(folder);
  const note = noteIn(folder);
  if (readNote(folder)?.pid === process.pid) return;
  const holder = lockHolderOf(folder);
  if (holder) throw new Error(inUse(folder, holder));
  const mine: Holder = { pid: process.pid, began: beginningOf(process.pid) ?? "", command: commandName() };
  rmSync(note, { force: true });
  try {
    // with "wx", only one of two launchers that start at the same moment succeeds
    writeFileSync(note, JSON.stringify(mine), { flag: "wx" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw unwritable(folder, cause);
    throw new Error(`Another launcher is starting in ${folder} at this moment. Try again.`, { cause });
  }
  process.once("exit", () => rmSync(note, { force: true }));
}

/**
 * Renames a folder that this process has locked. Then makes and locks an empty folder under the old name. Returns the new
 * name.
 */
export function setAside(folder: string, name: string): string {
  let aside = name;
  for (let next = 2; existsSync(aside); next++) aside = `${name}-${next}`;
  rmSync(noteIn(folder), { force: true });
  renameSync(folder, aside);
  lockFolder(folder);
  return aside;
}

const inUse = (folder: string, holder: Holder) =>
  `${holder.command} (process ${holder.pid}) is already running on ${folder}. Stop it first, with Ctrl-C where it was started or with kill ${holder.pid}.`;

function readNote(folder: string): Holder | null {
  const note = noteIn(folder);
  if (!existsSync(note)) return null;
  try {
    return JSON.parse(readFileSync(note, "utf8")) as Holder;
  } catch {
    // incomplete, so its writer was killed
    return null;
  }
}

function commandName(): string {
  const script = process.env.npm_lifecycle_event;
  return script ? `npm run ${script}` : (process.argv[1] ?? "another launcher");
}

/** Returns when a process began, in the system's own format, or null if there is no process with this id. */
function beginningOf(pid: number): string | null {
  if (existsSync("/proc/self/stat")) {
    const stat = `/proc/${pid}/stat`;
    if (!existsSync(stat)) return null;
    // fields 3 (state) and 22 (start time); field 2 is a name in brackets that may contain spaces
    const [state, ...fields] = readFileSync(stat, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return state === "Z" ? null : (fields[18] ?? null);
  }
  const listed = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return listed.stdout?.trim() || null;
}
