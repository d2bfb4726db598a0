import { existsSync } from "node:fs";
import { installPackages } from "./debian-packages.ts";

const path = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/**
 * Makes sure that a Chromium is installed. Installs Debian's if that is allowed. Returns null, or a text that says what to
 * do because no Chromium is installed.
 */
export async function ensureChromium(): Promise<string | null> {
  if (existsSync(path)) return null;
  await installPackages(["chromium", "fonts-liberation"]);
  return existsSync(path)
    ? null
    : "The browser tests need Chromium: run apt-get install chromium, or name one with CHROMIUM_PATH.";
}
