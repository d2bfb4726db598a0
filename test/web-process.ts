import { spawn } from "node:child_process";
import { once } from "node:events";

export type WebProcess = {
  url: string;
  pid: number;
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
};

/** Starts the portal's web process as in production. Resolves once the process is ready. */
export function startWebProcess(env: Record<string, string>, port: number): Promise<WebProcess> {
  return start(["node_modules/next/dist/bin/next", "start", "-p", String(port)], env, port);
}

/** Starts the receiver program as in production. Resolves once the program is ready. */
export function startReceiverProcess(env: Record<string, string>, port: number): Promise<WebProcess> {
  return start(["programs/receiver/main.ts"], { ...env, POCKETSOC_DOOR_PORT: String(port) }, port);
}

async function start(args: string[], env: Record<string, string>, port: number): Promise<WebProcess> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 150; attempt++) {
    if (child.exitCode !== null) throw new Error(`the web process ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/api/health/live`).catch(() => null);
    if (answer?.ok) break;
    if (attempt === 149) throw new Error("the web process did not become ready");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    url,
    pid: child.pid ?? 0,
    stop: async (signal) => {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}
