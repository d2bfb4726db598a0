import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export type WorkerProcess = { stop(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> };

/** The worker as it runs in production, in a process of its own, so that it can die as processes do. */
export function startWorkerProcess(env: Record<string, string>): WorkerProcess {
  const child: ChildProcess = spawn(process.execPath, ["worker/main.ts"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  return {
    stop: async (signal) => {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}
