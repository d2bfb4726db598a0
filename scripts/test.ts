import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureCertificates } from "../emulator/tls.ts";
import { ensureChromium } from "./chromium.ts";
import { freePort } from "./ports.ts";
import { startStack } from "./stack.ts";

type Tally = { passed: number; failed: number };
const total: Tally = { passed: 0, failed: 0 };
const quickImports = `--import=${pathToFileURL("test/quick-imports.mjs").href}`;
const results = join(".pocketsoc", "test-results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

function run(command: string, args: string[], env: Record<string, string> = {}): Promise<boolean> {
  return new Promise((resolve) => {
    const child: ChildProcess = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
    child.on("error", (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.on("exit", (code) => resolve(code === 0));
  });
}

async function step(
  name: string,
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<boolean> {
  const started = Date.now();
  const passed = await run(command, args, env);
  total[passed ? "passed" : "failed"]++;
  console.log(`${passed ? "ok    " : "FAILED"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return passed;
}

/** Runs vitest and counts what it reports; a run without tests, or one that died, is a failure. */
async function vitest(project: string, env: Record<string, string> = {}): Promise<void> {
  const file = join(results, `${project}.json`);
  const passed = await run(
    "vitest",
    ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
    // also of the processes that the tests start
    { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} ${quickImports}`, ...env },
  );
  const report = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as { numPassedTests: number; numFailedTests: number })
    : null;
  total.passed += report?.numPassedTests ?? 0;
  total.failed += report?.numFailedTests ?? 0;
  const ran = (report?.numPassedTests ?? 0) + (report?.numFailedTests ?? 0);
  if (!report || ran === 0 || (!passed && report.numFailedTests === 0)) total.failed++;
}

const parts = ["static", "unit", "integration", "web", "browser"];
const asked = process.argv.slice(2);
const unknown = asked.find((part) => !parts.includes(part));
if (unknown) {
  console.error(
    `There is no part called ${unknown}. The parts are ${parts.join(", ")}; without one all run.`,
  );
  process.exit(2);
}
const wants = (part: string) => asked.length === 0 || asked.includes(part);

// fetched while the rest runs
const chromium = wants("browser") ? ensureChromium() : null;
const typed = wants("static") && (await staticChecks());
if (wants("unit")) await vitest("unit");
if (wants("integration")) {
  const { caFile } = await ensureCertificates(join(".pocketsoc", "test-ca"));
  await vitest("integration", { NODE_EXTRA_CA_CERTS: caFile });
}
if (wants("web") || wants("browser"))
  await step("build", process.execPath, ["scripts/build.ts"], typed ? { POCKETSOC_TYPES_CHECKED: "1" } : {});
// the webhook's door, and processes that die in a burst
if (wants("web")) {
  const { caFile } = await ensureCertificates(join(".pocketsoc", "test-ca"));
  await vitest("web", { NODE_EXTRA_CA_CERTS: caFile });
}
if (wants("browser")) {
  await browserTests().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    total.failed++;
  });
}

/** Whether the types hold, those of the routes among them, which a build would check once more. */
async function staticChecks(): Promise<boolean> {
  await step("format", "biome", ["format", "."]);
  await step(
    "lint",
    "oxlint",
    [
      "--type-aware",
      "app",
      "components",
      "db",
      "lib",
      "scripts",
      "test",
      "worker",
      "emulator",
      "e2e",
      "bench",
    ].filter((part) => part.startsWith("-") || existsSync(part)),
  );
  const routed = await step("route types", "next", ["typegen"]);
  const typed = await step("types", "tsc", ["--noEmit"]);
  await step("boundaries", process.execPath, ["scripts/verify.ts"]);
  return routed && typed;
}

/** The journeys, in a real Chromium against a fresh stack of its own. */
async function browserTests(): Promise<void> {
  const missing = await chromium;
  if (missing) {
    console.error(missing);
    total.failed++;
    return;
  }
  const stateDir = join(".pocketsoc", "e2e");
  const pushPort = await freePort();
  const outgoingPort = await freePort();
  const stack = await startStack({
    stateDir,
    pushPort,
    outgoingPort,
    portalPort: await freePort(),
    control: true,
    fsync: false,
    fresh: true,
    undoSeconds: 3,
  });
  // told to end in the middle: nothing is left behind, and nothing has passed
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void stack.stop().finally(() => process.exit(1)));
  const file = join(results, "e2e.json");
  const passed = await run("playwright", ["test", "--reporter=list,json"], {
    E2E_PORTAL_URL: stack.portalUrl,
    E2E_CONTROL_URL: stack.controlUrl ?? "",
    E2E_STATE_DIR: stateDir,
    E2E_PUSH_PORT: String(pushPort),
    E2E_OUTGOING_PORT: String(outgoingPort),
    E2E_DATABASE_URL: stack.ownerUrl,
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  });
  await stack.stop();
  const report = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as {
        stats: { expected: number; unexpected: number; flaky: number };
      })
    : null;
  total.passed += report?.stats.expected ?? 0;
  total.failed += (report?.stats.unexpected ?? 0) + (report?.stats.flaky ?? 0);
  if (
    !report ||
    report.stats.expected + report.stats.unexpected === 0 ||
    (!passed && report.stats.unexpected === 0)
  )
    total.failed++;
}

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
