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

/** The launchers of a stack on the emulated Azure. */
export type DemoName = "demo" | "dev";

/** Where such a launcher keeps its database, the emulator's state and its secrets. */
export const stateDirOf = (name: DemoName): string => join(".pocketsoc", name);

/** Makes the folder where it isn't there yet; one that can't be written to is an Error for people. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(
      `The folder ${folder} can't be written to by this account. Give yourself the right to write there, or use a clone of your own.`,
      { cause },
    );
  }
}

/** Writes a file of secrets so that a kill in the middle leaves the old one or the new one. */
export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Who is at work on a state folder. `began` tells a process from a later one with the same number. */
type Holder = { pid: number; began: string; command: string };

const noteIn = (folder: string) => join(folder, "running.json");

/** The living process that holds the folder, but for this one; what a killed one left behind doesn't count. */
export function lockHolderOf(folder: string): Holder | null {
  const held = readNote(folder);
  if (!held || held.pid === process.pid || beginningOf(held.pid) !== held.began) return null;
  return held;
}

/** Keeps every other launcher off the folder until this process ends; an Error for people when one is there. */
export function lockFolder(folder: string): void {
  makeFolder(folder);
  const note = noteIn(folder);
  const held = readNote(folder);
  if (held?.pid === process.pid) return;
  const holder = lockHolderOf(folder);
  if (holder) throw new Error(inUse(folder, holder));
  const mine: Holder = { pid: process.pid, began: beginningOf(process.pid) ?? "", command: commandName() };
  rmSync(note, { force: true });
  try {
    // "wx" lets one of two through that begin at the same moment
    writeFileSync(note, JSON.stringify(mine), { flag: "wx" });
  } catch (cause) {
    throw new Error(`Another launcher begins in ${folder} at this moment. Try again.`, { cause });
  }
  process.once("exit", () => rmSync(note, { force: true }));
}

/** Gives a folder that this process holds another name, which it returns, and holds an empty one in its place. */
export function setAside(folder: string, name: string): string {
  let aside = name;
  for (let next = 2; existsSync(aside); next++) aside = `${name}-${next}`;
  rmSync(noteIn(folder), { force: true });
  renameSync(folder, aside);
  lockFolder(folder);
  return aside;
}

const inUse = (folder: string, holder: Holder) =>
  `${holder.command} (process ${holder.pid}) runs on ${folder} already. Stop it first, with Ctrl-C where it was started or kill ${holder.pid}.`;

function readNote(folder: string): Holder | null {
  const note = noteIn(folder);
  if (!existsSync(note)) return null;
  try {
    return JSON.parse(readFileSync(note, "utf8")) as Holder;
  } catch {
    // cut off while it was written, so its writer was killed
    return null;
  }
}

function commandName(): string {
  const script = process.env.npm_lifecycle_event;
  return script ? `npm run ${script}` : (process.argv[1] ?? "another launcher");
}

/** When a process began, in the system's own words; null when there is no such process. */
function beginningOf(pid: number): string | null {
  if (existsSync("/proc/self/stat")) {
    const stat = `/proc/${pid}/stat`;
    if (!existsSync(stat)) return null;
    // fields 3 (state) and 22 (when it began); the second one is a name in brackets that may hold spaces
    const [state, ...fields] = readFileSync(stat, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return state === "Z" ? null : (fields[18] ?? null);
  }
  const listed = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return listed.stdout?.trim() || null;
}
