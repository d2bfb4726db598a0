import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checks, runChecks } from "./checks.ts";
import { ensureDebianServices } from "./debian-services.ts";
import { runJourneys } from "./testing/journeys.ts";
import { revision } from "./testing/revision.ts";
import { resultsFolder, runCheck, sum, type Tally } from "./testing/tally.ts";
import { runVitest } from "./testing/vitest.ts";

/** A part of `npm test`. A part with `isLong` runs only with --long, with --all, or if its name is given. */
type Part = { name: string; isLong?: true; run(): Promise<Tally> };

let areTypesChecked = false;
let build: Promise<Tally> | null = null;
/** Runs a part that needs the built portal. All such parts share one build. If the build fails, the part counts as failed. */
async function onBuild(run: () => Promise<Tally>): Promise<Tally> {
  const isFirst = build === null;
  build ??= runCheck(
    "build",
    process.execPath,
    ["scripts/build.ts"],
    areTypesChecked ? { POCKETSOC_TYPES_CHECKED: "1" } : {},
  );
  const built = await build;
  if (built.failed > 0) return { passed: 0, failed: 1 };
  return sum([...(isFirst ? [built] : []), await run()]);
}

const parts: readonly Part[] = [
  { name: "static", run: staticChecks },
  { name: "unit", run: () => runVitest("unit") },
  { name: "integration", run: () => runVitest("integration", { trusts: true }) },
  // against the built portal, with processes that are killed
  { name: "web", run: () => onBuild(() => runVitest("web", { trusts: true })) },
  {
    name: "browser",
    run: () => onBuild(() => runJourneys("browser", ["guide", "desktop", "phone"], { lanes: 3 })),
  },
  // every fault at every place, and workers that die
  { name: "slow", isLong: true, run: () => runVitest("slow", { trusts: true }) },
  // the longest journeys: several people and organisations, a session that idles out, a second vendor on a stack of its own
  {
    name: "journeys",
    isLong: true,
    run: () => onBuild(() => runJourneys("journeys", ["long", "idle", "paper"], { lanes: 2 })),
  },
  // thousands of deliveries while processes and PostgreSQL are killed
  { name: "bursts", isLong: true, run: () => onBuild(() => runVitest("long", { trusts: true })) },
  // every page in both themes and at both sizes
  {
    name: "accessibility",
    isLong: true,
    run: () => onBuild(() => runJourneys("accessibility", ["accessibility"], { lanes: 2 })),
  },
  // with PostgreSQL, PgBouncer, nginx and Caddy of Debian, which are installed if they are missing
  { name: "debian", isLong: true, run: runDebian },
];

/** Runs the tests that need services of Debian. Fails with a sentence where they can't be installed. */
async function runDebian(): Promise<Tally> {
  const missing = await ensureDebianServices();
  if (missing) throw new Error(missing);
  return onBuild(() => runVitest("debian", { trusts: true }));
}

/** Runs the static checks. If the types pass, the build doesn't check them again. */
async function staticChecks(): Promise<Tally> {
  const results = await runChecks(checks);
  areTypesChecked = results.some(({ name, passed }) => name === "types" && passed);
  const passed = results.filter(({ passed }) => passed).length;
  return { passed, failed: results.length - passed };
}

function chosenParts(args: readonly string[]): Part[] {
  const named = args.filter((arg) => !arg.startsWith("--"));
  const unknown = named.find((name) => !parts.some((part) => part.name === name));
  if (unknown) {
    const names = parts.map((part) => part.name).join(", ");
    console.error(`There is no part called ${unknown}. The parts are ${names}.`);
    process.exit(2);
  }
  if (named.length > 0) return parts.filter((part) => named.includes(part.name));
  if (args.includes("--all")) return [...parts];
  return parts.filter((part) => Boolean(part.isLong) === args.includes("--long"));
}

/** the file that lists the parts which passed on the present sources; `--resume` skips these parts */
const passedFile = join(resultsFolder, "passed.json");
type Passed = { revision: string | null; parts: Record<string, Tally> };
function readPassed(): Passed {
  const now = revision();
  const stored = existsSync(passedFile) ? (JSON.parse(readFileSync(passedFile, "utf8")) as Passed) : null;
  return stored && now && stored.revision === now ? stored : { revision: now, parts: {} };
}

const args = process.argv.slice(2);
const passed = readPassed();
const tallies: Tally[] = [];
for (const { name, run } of chosenParts(args)) {
  const before = args.includes("--resume") ? passed.parts[name] : undefined;
  if (before) {
    console.log(`ok     ${name} passed before on these sources (${before.passed} passed)`);
    tallies.push(before);
    continue;
  }
  const started = Date.now();
  const tally = await run().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1 };
  });
  tallies.push(tally);
  console.log(
    `${tally.failed ? "FAILED" : "ok    "} part ${name}: ${tally.passed} of ${tally.passed + tally.failed} in ${((Date.now() - started) / 1_000).toFixed(0)} s`,
  );
  if (tally.failed === 0) {
    passed.parts[name] = tally;
    writeFileSync(passedFile, JSON.stringify(passed));
  }
}
const total = sum(tallies);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
