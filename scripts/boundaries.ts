import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as schema from "#db/schema/index.ts";
import { advisoryProblems, type AdvisoryList, ageOf, type LockFile } from "./advisories.ts";
import { lengthProblems } from "./lengths.ts";
import { namedPathProblems } from "./named-paths.ts";
import { reasonProblems } from "./reason-rules.ts";
import { schemaDrift } from "./schema-drift.ts";
import { ruleProblems } from "./source-rules.ts";
import { vendorWordProblems } from "./vendor-words.ts";

const rooms = ["app", "components", "db", "e2e", "emulator", "lib", "programs", "scripts", "test", "bench"];
/** the folders whose files the documentation's pages and comments may name */
const places = [...rooms, "docs", "patches", "public"];
const problems: string[] = [];

/** Returns the paths of the files below a folder whose names match `ending`. */
function filesIn(folder: string, ending: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

type Cruise = {
  summary: {
    totalCruised: number;
    violations: { from: string; to: string; rule: { name: string } }[];
  };
};

/**
 * Checks which files import which. Also fails if dependency-cruiser read too few files, because that tool passes when it
 * reads none.
 */
function checkBoundaries(): void {
  const wanted = rooms.flatMap((room) => filesIn(room, /\.tsx?$/));
  const run = spawnSync(
    "depcruise",
    ["--config", ".dependency-cruiser.cjs", "--output-type", "json", ...rooms.filter(existsSync)],
    { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  if (run.error || !run.stdout.startsWith("{")) {
    problems.push(`dependency-cruiser could not run: ${run.error?.message ?? run.stderr.slice(0, 500)}`);
    return;
  }
  const { summary } = JSON.parse(run.stdout) as Cruise;
  for (const { rule, from, to } of summary.violations) problems.push(`${rule.name}: ${from} → ${to}`);
  if (summary.totalCruised < wanted.length)
    problems.push(`dependency-cruiser read ${summary.totalCruised} modules; there are ${wanted.length}.`);
}

/** Checks that every path exists that the documentation's pages and the comments name. */
function checkNamedPaths(): void {
  const pages = readdirSync(".").filter((name) => name.endsWith(".md"));
  const named = places
    .flatMap((place) => filesIn(place, /\.(md|tsx?|m?js|sql)$/))
    .filter((file) => !file.startsWith(join("db", "migrations")));
  const names = new Set([
    ...readdirSync("."),
    ...places.flatMap((place) => filesIn(place, /./)).map((path) => basename(path)),
  ]);
  const files = [...pages, ...named].map((path) => ({ path, text: readFileSync(path, "utf8") }));
  problems.push(...namedPathProblems(files, { rooms: places, exists: existsSync, names }));
}

/** Checks that this script runs on the pinned version of Node. */
function checkNode(): void {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    dependencies: Record<string, string>;
  };
  const wanted = dependencies.node ?? "";
  if (process.versions.node !== wanted)
    problems.push(`This is Node ${process.versions.node}; the project pins ${wanted}.`);
}

/** Checks that the code names a vendor only in lib/vendors and in tests. */
function checkVendorNames(): void {
  const vendors = readdirSync("lib/vendors", { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== "shared",
  );
  const files = ["app", "components", "db", "lib", "programs"].flatMap((room) => filesIn(room, /\.tsx?$/));
  for (const { name } of vendors) {
    const pattern = new RegExp(name.split("-").join("[-_ ]?"), "i");
    for (const file of files) {
      if (file.startsWith(join("lib", "vendors")) || /\.test\.tsx?$/.test(file)) continue;
      if (pattern.test(readFileSync(file, "utf8"))) problems.push(`${file} names the vendor ${name}.`);
    }
  }
}

/** Checks that no file outside lib/vendors uses the words of one vendor. */
function checkVendorWords(): void {
  const outside = [join("lib", "vendors"), join("db", "migrations")];
  const files = ["app", "components", "db", "lib", "programs", "public"]
    .flatMap((room) => filesIn(room, /(?<!\.test)\.(tsx?|js|sql)$/))
    .filter((file) => outside.every((folder) => !file.startsWith(folder)));
  problems.push(...vendorWordProblems(files.map((path) => ({ path, text: readFileSync(path, "utf8") }))));
}

/** the files that make calls with the agents of lib/platform/egress.ts */
const callers = ["egress", "https-call", "outgoing-http", "proxy-agent", "web-push-sender"].map((name) =>
  join("lib", "platform", `${name}.ts`),
);

/** Checks that no other file of the server calls other hosts, because such calls would pass by the operator's proxy. */
function checkCalls(): void {
  const call = /(?<![.\w])fetch\([^)]|from "(?:node:)?(?:https|http2|undici)"/;
  for (const file of ["db", "lib", "programs"].flatMap((room) => filesIn(room, /(?<!\.test)\.ts$/)))
    if (!callers.includes(file) && call.test(readFileSync(file, "utf8")))
      problems.push(`${file} calls other hosts by itself. Use the services' egress, which knows the proxy.`);
}

/** Checks that no code uses an identifier that the glossary retired. */
function checkRetired(): void {
  const [, block = ""] = /```retired\n([^`]+)```/.exec(readFileSync("docs/GLOSSARY.md", "utf8")) ?? [];
  const retired = new Set(block.split(/\s+/).filter(Boolean));
  if (retired.size === 0) problems.push("docs/GLOSSARY.md has no list of retired identifiers.");
  for (const file of rooms.flatMap((room) => filesIn(room, /\.(tsx?|mjs|sql)$/))) {
    if (file.startsWith(join("db", "migrations"))) continue;
    for (const [name] of readFileSync(file, "utf8").matchAll(/(?<![\w$-])[A-Za-z_][\w$]*(?![\w$-])/g))
      if (retired.has(name)) problems.push(`${file} uses ${name}, which docs/GLOSSARY.md retired.`);
  }
}

/** Checks that no installed package has a known vulnerability. Prints how old the list of advisories is. */
function checkAdvisories(): void {
  const read = <T>(file: string) => JSON.parse(readFileSync(file, "utf8")) as T;
  const list = read<AdvisoryList>("scripts/advisories.json");
  problems.push(...advisoryProblems(read<LockFile>("package-lock.json"), list));
  console.log(`note: ${ageOf(list, new Date())}`);
}

/** Checks that the last migration contains every change of db/schema/*.ts. */
function checkMigrations(): void {
  const last = filesIn("db/migrations/meta", /_snapshot\.json$/)
    .toSorted()
    .at(-1);
  const changed = schemaDrift(schema, JSON.parse(readFileSync(last ?? "", "utf8")) as object);
  if (changed.length > 0)
    problems.push(`The last migration lacks a change of ${changed.join(", ")}. Run npm run db:generate.`);
}

/** Checks that texts and bodies are limited, and that no regular expression can become slow. */
function checkSourceRules(): void {
  const files = ["app", "components", "db", "lib", "programs", "public"]
    .flatMap((room) => filesIn(room, /(?<!\.test)\.(tsx?|js)$/))
    .concat("proxy.ts", "instrumentation.ts");
  problems.push(...ruleProblems(files.map((path) => ({ path, text: readFileSync(path, "utf8") }))));
}

/** Checks that a comment gives the reason for each dropped error and each fixed wait, also in tests. */
function checkReasons(): void {
  const files = [...rooms, "public"].flatMap((room) => filesIn(room, /\.(tsx?|js)$/));
  problems.push(...reasonProblems(files.map((path) => ({ path, text: readFileSync(path, "utf8") }))));
}

/** Checks that no file and no function has too many lines. */
function checkLengths(): void {
  problems.push(...lengthProblems(rooms.flatMap((room) => filesIn(room, /\.tsx?$/))));
}

checkBoundaries();
checkLengths();
checkSourceRules();
checkReasons();
checkMigrations();
checkVendorNames();
checkVendorWords();
checkCalls();
checkRetired();
checkAdvisories();
checkNamedPaths();
checkNode();
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log("Boundaries, pages and versions hold.");
process.exit(problems.length === 0 ? 0 : 1);
