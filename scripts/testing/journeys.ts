import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { JourneyStack, paperStack } from "../../e2e/stack.ts";
import { startPaperService } from "../../test/paper-vendor/service.ts";
import { ensureChromium } from "../chromium.ts";
import { freePort } from "../ports.ts";
import { startStack } from "../stack.ts";
import { resultsFolder, runCommand, type Tally, tallyOf } from "./tally.ts";

type Report = { stats: { expected: number; unexpected: number; flaky: number } };

/**
 * Runs projects of playwright.config.ts in a real Chromium, in `lanes` parallel lanes. Each lane has a stack of its own, so
 * that journeys don't share data. A test that passes only on Playwright's retry counts as failed.
 */
export async function runJourneys(
  name: string,
  projects: readonly string[],
  { lanes, args = [] }: { lanes: number; args?: readonly string[] },
): Promise<Tally> {
  const missing = await ensureChromium();
  if (missing) {
    console.error(missing);
    return { passed: 0, failed: 1 };
  }
  await using started = new AsyncDisposableStack();
  // when told to end, stops the stacks and exits with a failure
  const abort = () => void started.disposeAsync().finally(() => process.exit(1));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, abort);
    started.defer(() => void process.off(signal, abort));
  }
  const stacks: JourneyStack[] = [];
  for (let lane = 0; lane < lanes; lane++) stacks.push(await startLane(`journeys-${lane}`, started));
  const paper = projects.includes("paper") ? await startPaperLane(started) : null;
  const file = join(resultsFolder, `${name}.json`);
  rmSync(file, { force: true });
  const hasPassed = await runCommand(
    "playwright",
    ["test", "--reporter=list,json", ...projects.map((project) => `--project=${project}`), ...args],
    {
      E2E_STACKS: JSON.stringify(stacks),
      ...(paper ? { E2E_PAPER_STACK: JSON.stringify(paper) } : {}),
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    },
  );
  return tallyOf<Report>(file, hasPassed, ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
  }));
}

async function startLane(
  name: string,
  started: AsyncDisposableStack,
  own?: Parameters<typeof startStack>[0]["own"],
): Promise<JourneyStack> {
  const stateDir = join(".pocketsoc", name);
  const [portalPort, pushPort, outgoingPort] = [await freePort(), await freePort(), await freePort()];
  const stack = await startStack({
    stateDir,
    portalPort,
    pushPort,
    outgoingPort,
    control: true,
    fsync: false,
    fresh: true,
    undoSeconds: 3,
    ...(own ? { own } : {}),
  });
  started.defer(() => stack.stop());
  return {
    portalUrl: stack.portalUrl,
    controlUrl: stack.controlUrl ?? "",
    stateDir,
    pushPort,
    outgoingPort,
    databaseUrl: stack.ownerUrl,
  };
}

/** Starts the paper vendor's stand-in, and a stack of the same build whose web and worker also offer the paper vendor. */
async function startPaperLane(started: AsyncDisposableStack): Promise<typeof paperStack> {
  const ledger = await startPaperService();
  started.defer(() => ledger.stop());
  const moduleAt = (name: string) => pathToFileURL(join("test", "paper-vendor", name)).href;
  const { portalUrl } = await startLane("journeys-paper", started, {
    env: { PAPER_LEDGER_URL: ledger.url },
    webImport: moduleAt("web-process.ts"),
    workerImport: moduleAt("with-paper.mjs"),
  });
  return { portalUrl, ledgerUrl: ledger.url };
}
