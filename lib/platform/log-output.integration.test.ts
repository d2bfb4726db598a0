import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const program = (lines: string) => `
  const { logger } = await import("./lib/platform/logger.ts");
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
  for (let line = 0; line < ${lines}; line++) { logger.info({ event: "test", line, text: "x".repeat(10_000) }); if (line % 50 === 0) await pause(); }
  await pause();
  console.error("alive");`;

/** Runs a program that logs `lines` lines to the file `output`. Returns its exit code and what it wrote to standard error. */
async function log(lines: number, output: string) {
  const file = openSync(output, "a");
  const args = ["--input-type=module", "--eval", program(String(lines))];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", file, "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  closeSync(file);
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const [code] = (await once(child, "close")) as [number];
  clearTimeout(timer);
  return { code, errors };
}

it("a log that can't be written, because its disk is full, ends no program", async () => {
  expect(await log(200, "/dev/full")).toEqual({ code: 0, errors: "alive\n" });
});

it("a log that can be written is whole", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pocketsoc-log-"));
  const file = join(folder, "log");
  expect(await log(120, file)).toEqual({ code: 0, errors: "alive\n" });
  const lines = readFileSync(file, "utf8").trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([...Array(120).keys()]);
  rmSync(folder, { recursive: true });
});
