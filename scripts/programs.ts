import { type ChildProcess, spawn } from "node:child_process";

/** Node's arguments for a program that shall end with the one that starts it, over an "ipc" channel. */
export const endingWithUs = ["--import", new URL("./end-with-launcher.mjs", import.meta.url).href];

/** A program that ended without being told to. */
class ProgramDied extends Error {
  constructor(name: string) {
    super(`The ${name} stopped by itself, so everything is stopped. Its last words stand above.`);
  }
}

/**
 * Runs a launcher's work and exits: 0 when it was told to end, else 1 with one sentence. What ends it is
 * Ctrl-C, SIGTERM, a closed terminal, or that the program which started it is gone (kill -9); it is listened
 * for before anything is started, so that nothing is left behind.
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

/** Says what happened in one sentence and exits. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Where a program's standard output goes; its errors always go to ours. */
export type Output = "inherit" | "ignore" | "pipe";

/** Starts a Node program that ends with this one: a channel between them tells it when this one is killed. */
export function spawnProgram(args: string[], env: Record<string, string>, output: Output): ChildProcess {
  return spawn(process.execPath, [...endingWithUs, ...args], {
    stdio: ["ignore", output, "inherit", "ipc"],
    env: { ...process.env, ...env },
    // apart from the terminal's Ctrl-C: this launcher hears it and ends them in order
    detached: true,
  });
}

/** Ends a program with SIGTERM, and with SIGKILL if it is still there after 8 seconds; one that is gone is fine. */
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
  /** Ends them all, within seconds. */
  stop(): Promise<void>;
};

/** Node programs that end with this one. `ending` is aborted with a ProgramDied when one of them ends by itself. */
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
