import type { ChildProcess } from "node:child_process";
import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pauseOrAbort } from "#lib/platform/pause.ts";
import { endProgram, type Output, spawnProgram } from "./programs.ts";

/** A program to run, and the folders that contain its sources. */
type Program = { args: string[]; env: Record<string, string>; folders: string[]; output: Output };
/** The sources by path. The value is the time of the last change and the size. */
type Sources = ReadonlyMap<string, string>;

const checkEveryMs = 250;

/**
 * Runs a Node program and restarts it whenever a source changes. SIGTERM ends the program first, so that it can finish or
 * release its work. A program that ended by itself, for example on a syntax error, is restarted at the next change.
 */
export function keepRestarting(name: string, program: Program): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const runUntilStopped = async () => {
    while (!stopping.signal.aborted) {
      // read before the start, so that changes while the program loads count too
      const sources = readSources(program.folders);
      const child = spawnProgram(program.args, program.env, program.output);
      void endOf(child).then((end) => {
        if (!child.killed) console.error(`The ${name} ${end}. It starts again when a source changes.`);
      });
      const changed = await nextChange(program.folders, sources, stopping.signal);
      await endProgram(child);
      if (changed) console.log(`${changed} changed: restarting the ${name}.`);
    }
  };
  const ended = runUntilStopped();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/**
 * Waits until a source differs from `before` and no source is being written any more. Resolves to the changed source's
 * path, or to null when `signal` aborts. Polls, because watching isn't reliable on Linux: Node loses a file when an editor
 * replaces it by renaming another file.
 */
async function nextChange(folders: string[], before: Sources, signal: AbortSignal): Promise<string | null> {
  let last = before;
  while (!signal.aborted) {
    await pauseOrAbort(checkEveryMs, signal);
    const now = readSources(folders);
    const changed = findDifference(before, now);
    if (changed && !findDifference(last, now)) return changed;
    last = now;
  }
  return null;
}

function readSources(folders: string[]): Sources {
  const sources = new Map<string, string>();
  for (const path of folders.flatMap(sourcesBelow)) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found) sources.set(path, `${found.mtimeMs} ${found.size}`);
  }
  return sources;
}

/** Returns the TypeScript files below a folder. Tests and editors' hidden files are left out. */
function sourcesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return /^[^.].*\.ts$/.test(entry.name) && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

/** Returns a folder's entries, or an empty list if the folder no longer exists. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/**
 * Returns the path of a source that was added, deleted or changed between the two readings, or undefined if there is none.
 */
function findDifference(before: Sources, now: Sources): string | undefined {
  return [...now.keys(), ...before.keys()].find((path) => before.get(path) !== now.get(path));
}

/** Resolves when a program has ended, to the end of a sentence that says how. */
const endOf = (child: ChildProcess) =>
  new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
  });
