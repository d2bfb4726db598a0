import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";

/**
 * Installs packages of Debian with apt-get, as root or by a sudo that asks for no password. Returns false if that isn't
 * possible here.
 */
export async function installPackages(packages: readonly string[]): Promise<boolean> {
  if (!existsSync("/usr/bin/apt-get")) return false;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  for (const args of [
    ["apt-get", "-q", "update"],
    ["apt-get", "-q", "install", "-y", "--no-install-recommends", ...packages],
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
    if (code !== 0) return false;
  }
  return true;
}
