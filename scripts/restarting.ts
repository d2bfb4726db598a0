import type { ChildProcess } from "node:child_process";
import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { endProgram, type Output, spawnProgram } from "./programs.ts";

/** A program whose sources are below `folders`. */
type Program = { args: string[]; env: Record<string, string>; folders: string[]; output: Output };
/** The sources by path, each with what changes when it is written. */
type Sources = ReadonlyMap<string, string>;

const lookEveryMs = 250;

/**
 * Runs a Node program and starts it again after each change to a source. It is told to end with SIGTERM first, so
 * that it finishes or gives back what it has under way. A program that ends by itself, as one with a syntax error
 * does, starts again at the next change.
 */
export function keepRestarting(name: string, program: Program): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const turns = async () => {
    while (!stopping.signal.aborted) {
      // read before the start: a file that changes while the program is still loading counts too
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
  const ended = turns();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/**
 * Looks until a source differs from `before` and no more are being written, as in a checkout. Resolves to its path,
 * or to null once told to stop. It looks because watching is not reliable: on Linux, Node loses a file that an editor
 * replaces by renaming another one over it.
 */
async function nextChange(folders: string[], before: Sources, signal: AbortSignal): Promise<string | null> {
  let last = before;
  while (!signal.aborted) {
    await pause(lookEveryMs, undefined, { signal }).catch(() => undefined);
    const now = readSources(folders);
    const changed = differing(before, now);
    if (changed && !differing(last, now)) return changed;
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

/** All TypeScript but tests, which no program reads, and what an editor hides. */
function sourcesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return /^[^.].*\.ts$/.test(entry.name) && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

/** None for a folder that is gone since it was listed. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** A path that only one side has or that was written in between. */
function differing(before: Sources, now: Sources): string | undefined {
  return [...now.keys(), ...before.keys()].find((path) => before.get(path) !== now.get(path));
}

/** How a program ended, once it has. */
const endOf = (child: ChildProcess) =>
  new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
  });
