import { type ChildProcess, spawn } from "node:child_process";
import { rootCause } from "#db/connection-problem.ts";

/**
 * Node's arguments for a program that must end when its parent ends. The "ipc" channel to the parent then closes, and the
 * program notices.
 */
export const endingWithUs = ["--import", new URL("./end-with-launcher.mjs", import.meta.url).href];

/** Thrown if a program ended by itself. */
class ProgramDied extends Error {
  constructor(name: string, output = "Its last output is above.") {
    super(`The ${name} stopped by itself, so everything is stopped. ${output}`);
  }
}

/**
 * Runs a launcher's work and then exits: with 0 if the launcher was told to end, otherwise with 1 and one sentence.
 * `ending` aborts on Ctrl-C, on SIGTERM, when the terminal closes, and when the parent process ends, even by kill -9.
 */
export async function launch(work: (ending: AbortController) => Promise<void>): Promise<never> {
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  if (process.connected === false) end();
  process.once("disconnect", end);
  try {
    await work(ending);
    ending.signal.throwIfAborted();
  } catch (error) {
    if (error !== ending.signal.reason || error instanceof ProgramDied) fail(error);
  }
  process.exit(0);
}

/** Prints an error's message and exits with code 1. For a failed statement, prints the database's reason, not the SQL. */
export function fail(error: unknown): never {
  console.error(sentenceOf(error));
  process.exit(1);
}

function sentenceOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (!error.message.startsWith("Failed query:")) return error.message;
  const { message, code } = rootCause(error);
  return `The database refused a statement or didn't answer: ${message}${code && ` (${code})`}.`;
}

/** Aborts `ending` with a ProgramDied when the embedded database's server ends by itself, for example when it is killed. */
export function endWithDatabase(
  database: { log: string; onDeath(listener: () => void): void },
  ending: AbortController,
): void {
  database.onDeath(() =>
    ending.abort(new ProgramDied("database", `The end of ${database.log} may say why.`)),
  );
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Where a program's standard output goes. Standard error always goes to this process's standard error. */
export type Output = "inherit" | "ignore" | "pipe";

/** Starts a Node program that ends when this process does, even if this process is killed. */
export function spawnProgram(args: string[], env: Record<string, string>, output: Output): ChildProcess {
  return spawn(process.execPath, [...endingWithUs, ...args], {
    stdio: ["ignore", output, "inherit", "ipc"],
    env: { ...process.env, ...env },
    // in its own process group: this launcher handles the terminal's Ctrl-C and ends the programs in order
    detached: true,
  });
}

/** Ends a program: sends SIGTERM and, after 8 seconds, SIGKILL. */
export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 8_000);
  await ended;
  clearTimeout(timer);
}

type Programs = {
  start(name: string, args: string[], env: Record<string, string>): ChildProcess;
  /** Ends all programs, which takes at most a few seconds. */
  stop(): Promise<void>;
};

/**
 * Returns an object that starts Node programs. All of them end when this process does. When a program ends by itself,
 * `ending` aborts with a ProgramDied.
 */
export function openPrograms(ending: AbortController, output: Output): Programs {
  const children: ChildProcess[] = [];
  let stopping = false;
  return {
    start: (name, args, env) => {
      const child = spawnProgram(args, env, output);
      const died = () => {
        if (!stopping) ending.abort(new ProgramDied(name));
      };
      child.once("exit", died).once("error", (error) => {
        console.error(error.message);
        died();
      });
      children.push(child);
      return child;
    },
    stop: async () => {
      stopping = true;
      await Promise.all(children.map(endProgram));
    },
  };
}
