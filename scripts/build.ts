import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const stamp = join(".next", "pocketsoc-build");
const built = [
  "app",
  "components",
  "db",
  "lib",
  "public",
  "package-lock.json",
  "next.config.ts",
  "proxy.ts",
  "instrumentation.ts",
  "tsconfig.json",
];

/** Builds the portal when a source changed since the last build. Returns whether a build stands. */
export function buildPortal(): boolean {
  const wanted = hashOfSources();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;
  const done = spawnSync(process.execPath, ["node_modules/next/dist/bin/next", "build"], {
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (done.status !== 0) return false;
  writeFileSync(stamp, wanted);
  return true;
}

function hashOfSources(): string {
  const listed = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", ...built],
    { encoding: "utf8" },
  );
  const hash = createHash("sha256");
  for (const file of listed
    .split("\0")
    .filter((one) => one && existsSync(one))
    .sort())
    hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}

if (import.meta.main) process.exit(buildPortal() ? 0 : 1);
