import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const path = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** Sees that there is a Chromium, installing Debian's where that is allowed; returns what to do when not. */
export function ensureChromium(): string | null {
  if (existsSync(path)) return null;
  const how =
    "The browser tests need Chromium: run apt-get install chromium, or name one with CHROMIUM_PATH.";
  if (!existsSync("/usr/bin/apt-get")) return how;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  for (const args of [
    ["apt-get", "update"],
    ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"],
  ]) {
    const [command = "", ...rest] = [...asRoot, ...args];
    const done = spawnSync(command, rest, {
      stdio: "inherit",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (done.status !== 0) return how;
  }
  return existsSync(path) ? null : how;
}
