import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endingWithUs, fail } from "./programs.ts";
import { makeFolder, writeWhole } from "./state-folder.ts";

const output = ".next";
const stamp = join(output, "pocketsoc-build");
const sources = [
  "app",
  "components",
  "db",
  "lib",
  "public",
  "package-lock.json",
  "next.config.ts",
  "proxy.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "tsconfig.json",
];

/** Whether a complete build exists. The build may be older than the present sources. */
export const isBuilt = () => existsSync(stamp);

/**
 * Builds the portal if a source has changed since the last build. Returns whether there is now a complete build of the
 * present sources.
 */
export async function buildPortal(signal?: AbortSignal): Promise<boolean> {
  const wanted = hashOfSources();
  if (isBuilt() && readFileSync(stamp, "utf8") === wanted) return true;
  makeFolder(output);
  // an interrupted build would leave some new pages among old ones
  rmSync(stamp, { force: true });
  if ((await build(wanted, signal)) !== 0) return false;
  writeFileSync(stamp, wanted);
  return true;
}

function build(hash: string, signal?: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...endingWithUs, "node_modules/next/dist/bin/next", "build"], {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      env: {
        NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: keptActionsKey(),
        ...process.env,
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
        NEXT_DEPLOYMENT_ID: hash.slice(0, 16),
      },
    });
    const abort = () => child.kill("SIGTERM");
    signal?.addEventListener("abort", abort, { once: true });
    child.once("error", reject);
    child.once("exit", (code) => {
      signal?.removeEventListener("abort", abort);
      resolve(code ?? 1);
    });
    if (signal?.aborted) abort();
  });
}

/**
 * Returns the key from which Next derives the ids of server actions. It is kept beside the builds: with a new key, a page
 * that was opened before an update could call no action any more.
 */
function keptActionsKey(): string {
  const file = join(".pocketsoc", "server-actions.key");
  if (!existsSync(file)) {
    makeFolder(".pocketsoc");
    writeWhole(file, randomBytes(32).toString("base64"));
  }
  return readFileSync(file, "utf8");
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  for (const file of sources.flatMap(filesIn).sort()) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}

function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

if (import.meta.main) process.exit((await buildPortal().catch(fail)) ? 0 : 1);
