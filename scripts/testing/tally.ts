import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sayOutcome } from "../checks.ts";

/** How many tests passed and failed. */
export type Tally = { passed: number; failed: number };

/** Where test runners leave their reports. */
export const resultsFolder = join(".pocketsoc", "test-results");
mkdirSync(resultsFolder, { recursive: true });

/** Runs a command with this terminal; false when it ended with anything but 0, or could not start. */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
    child.on("error", (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.on("exit", (code) => resolve(code === 0));
  });
}

/** Runs a check that either holds or not, and says how long it took. */
export async function runCheck(
  name: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Tally> {
  const started = Date.now();
  const held = await runCommand(command, args, env);
  sayOutcome(name, held, started);
  return held ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** The sum of tallies. */
export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, one) => ({ passed: total.passed + one.passed, failed: total.failed + one.failed }),
    { passed: 0, failed: 0 },
  );
}

/**
 * What a runner's JSON report counts, by `count`. A run that died, that ran no test, or that failed without a failed
 * test counts as one failure.
 */
export function tallyOf<Report>(file: string, held: boolean, count: (report: Report) => Tally): Tally {
  const tally = existsSync(file)
    ? count(JSON.parse(readFileSync(file, "utf8")) as Report)
    : { passed: 0, failed: 0 };
  const ranNothing = tally.passed + tally.failed === 0;
  const failedUnseen = !held && tally.failed === 0;
  return { passed: tally.passed, failed: tally.failed + (ranNothing || failedUnseen ? 1 : 0) };
}
