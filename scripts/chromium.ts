import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";

const path = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/**
 * Makes sure that a Chromium is installed. Installs Debian's if that is allowed. Returns null, or a text that says what to
 * do because no Chromium is installed.
 */
export async function ensureChromium(): Promise<string | null> {
  if (existsSync(path)) return null;
  const remedy =
    "The browser tests need Chromium: run apt-get install chromium, or name one with CHROMIUM_PATH.";
  if (!existsSync("/usr/bin/apt-get")) return remedy;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  for (const args of [
    ["apt-get", "-q", "update"],
    ["apt-get", "-q", "install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"],
  ]) {
    const [command = "", ...rest] = [...asRoot, ...args];
    const child = spawn(command, rest, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    const code = await once(child, "exit").then(
      ([exitCode]) => exitCode as number | null,
      () => null,
    );
    if (code !== 0) return remedy;
  }
  return existsSync(path) ? null : remedy;
}
