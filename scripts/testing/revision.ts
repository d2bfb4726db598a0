import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

/** Returns a hash of the present sources, including uncommitted changes, or null if git can't be used. */
export function revision(): string | null {
  const git = (...args: string[]) => spawnSync("git", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const head = git("rev-parse", "HEAD");
  if (head.status !== 0) return null;
  const hash = createHash("sha256").update(head.stdout).update(git("diff", "HEAD").stdout);
  const untracked = git("ls-files", "-z", "--others", "--exclude-standard")
    .stdout.split("\0")
    .filter(Boolean);
  for (const file of untracked) if (existsSync(file)) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}
