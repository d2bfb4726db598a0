import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Returns the id of the server's process, wherever the launcher's account has put its files. */
function serverPid(folder: string): number {
  const where = readdirSync(folder).includes("WHERE")
    ? /are in (\S+),/.exec(readFileSync(join(folder, "WHERE"), "utf8"))?.[1]
    : undefined;
  return Number.parseInt(readFileSync(join(where ?? folder, "data", "postmaster.pid"), "utf8"), 10);
}

it("a launcher ends with code 1 within seconds after its PostgreSQL is killed, and says which program died", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pocketsoc-death-"));
  const launcher = spawn(process.execPath, ["test/embedded-process.ts", folder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  launcher.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  try {
    await once(launcher.stdout, "data");
    process.kill(serverPid(folder), "SIGKILL");
    const [code] = await once(launcher, "exit", { signal: AbortSignal.timeout(10_000) });
    expect([code, errors.trim()]).toEqual([
      1,
      expect.stringMatching(
        /^The database stopped by itself, so everything is stopped\. The end of \S+server\.log may say why\.$/,
      ),
    ]);
  } finally {
    launcher.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});
