import { spawn } from "node:child_process";
import { once } from "node:events";

export type WebProcess = {
  url: string;
  pid: number;
  /** returns what the process has written to standard output and standard error so far */
  output(): string;
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
};

/** Starts the portal's web process as in production. Resolves once the process is ready. */
export function startWebProcess(env: Record<string, string>, port: number): Promise<WebProcess> {
  return start(
    ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(port)],
    env,
    port,
  );
}

/**
 * Returns the settings of a portal that reaches neither a database nor Entra ID. It serves everything that needs no sign-in.
 */
export const portalWithoutDatabase = (portalUrl: string) => ({
  POCKETSOC_URL: portalUrl,
  POCKETSOC_SESSION_SECRET: "0123456789abcdef0123456789abcdef",
  POCKETSOC_ENTRA_TENANT_ID: "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b",
  POCKETSOC_ENTRA_CLIENT_ID: "5b0c6f2a-6d1e-4c7a-9a3b-2f4e6d8c0a11",
  POCKETSOC_ENTRA_CLIENT_SECRET: "nobody signs in",
  POCKETSOC_ENCRYPTION_KEYS: `test:${Buffer.alloc(32).toString("base64")}`,
  AZURE_AUTHORITY_HOST: "https://127.0.0.1:1",
  DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
});

/** Starts the receiver program as in production. Resolves once the program is ready. */
export function startReceiverProcess(env: Record<string, string>, port: number): Promise<WebProcess> {
  return start(["programs/receiver/main.ts"], { ...env, POCKETSOC_DOOR_PORT: String(port) }, port);
}

async function start(args: string[], env: Record<string, string>, port: number): Promise<WebProcess> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.pipe(process.stderr);
  const ended = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 150; attempt++) {
    if (child.exitCode !== null) throw new Error(`the web process ended with ${child.exitCode}`);
    // refused until the process listens
    const answer = await fetch(`${url}/api/health/live`).catch(() => null);
    if (answer?.ok) break;
    if (attempt === 149) throw new Error("the web process did not become ready");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    stop: async (signal) => {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}
