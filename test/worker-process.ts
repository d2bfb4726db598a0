import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export type WorkerProcess = { pid: number; stop(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> };

/** Starts a worker process as in production. A test can kill it. */
export function startWorkerProcess(env: Record<string, string>): WorkerProcess {
  const child: ChildProcess = spawn(process.execPath, ["programs/worker/main.ts"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  return {
    pid: child.pid ?? 0,
    stop: async (signal) => {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

type RefreshProcess = {
  /** resolves once the process waits for `refresh()` */
  ready: Promise<void>;
  /** makes the process use the person's token; resolves to the number of alerts that the process listed */
  refresh(): Promise<number>;
};

/** Starts a process that uses a person's token once `refresh()` is called; see `refresh-process.ts`. */
export function startRefreshProcess(args: string[], env: Record<string, string>): RefreshProcess {
  const child = spawn(process.execPath, ["test/refresh-process.ts", ...args], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
    timeout: 100_000,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the process ended without output");
    return value;
  };
  return {
    ready: next().then((line) => {
      if (line !== "ready") throw new Error(`not ready: ${line}`);
    }),
    refresh: async () => {
      child.stdin.end("now\n");
      return Number(await next());
    },
  };
}
