import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { printOutcome } from "../checks.ts";

/** How many tests passed and failed. */
export type Tally = { passed: number; failed: number };

/** The folder to which the test runners write their reports. */
export const resultsFolder = join(".pocketsoc", "test-results");
mkdirSync(resultsFolder, { recursive: true });

/** Runs a command in this terminal. Resolves to true if its exit code was 0. */
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

/** Runs a command that counts as one test, and prints its outcome and its duration. */
export async function runCheck(
  name: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Tally> {
  const started = Date.now();
  const hasPassed = await runCommand(command, args, env);
  printOutcome(name, hasPassed, started);
  return hasPassed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Adds up tallies. */
export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, { passed, failed }) => ({ passed: total.passed + passed, failed: total.failed + failed }),
    { passed: 0, failed: 0 },
  );
}

/**
 * Returns the tally of a runner's JSON report; `count` reads the report. Adds one failure if the report is missing or
 * contains no test, or if the runner failed (`hasPassed` is false) without a failed test.
 */
export function tallyOf<Report>(file: string, hasPassed: boolean, count: (report: Report) => Tally): Tally {
  const tally = existsSync(file)
    ? count(JSON.parse(readFileSync(file, "utf8")) as Report)
    : { passed: 0, failed: 0 };
  const ranNothing = tally.passed + tally.failed === 0;
  const failedUnseen = !hasPassed && tally.failed === 0;
  return { passed: tally.passed, failed: tally.failed + (ranNothing || failedUnseen ? 1 : 0) };
}
