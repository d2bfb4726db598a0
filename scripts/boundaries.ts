import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as schema from "#db/schema/index.ts";
import { lengthProblems } from "./function-lengths.ts";
import { schemaDrift } from "./schema-drift.ts";

const rooms = ["app", "components", "db", "e2e", "emulator", "lib", "programs", "scripts", "test", "bench"];
/** what pages may name beside the rooms with code in them */
const places = [...rooms, "docs", "patches", "public"];
const problems: string[] = [];

/** Every file under a folder of the project. */
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

/** Who imports whom. Reading fewer files than there are is a failure: the tool passes when it reads none. */
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
  for (const one of summary.violations) problems.push(`${one.rule.name}: ${one.from} → ${one.to}`);
  if (summary.totalCruised < wanted.length)
    problems.push(`dependency-cruiser read ${summary.totalCruised} modules; there are ${wanted.length}.`);
}

/** What a page names is there: paths in backticks, files in drawings, and links. A page that lies is worse than none. */
function checkPages(): void {
  const inBackticks = /`([\w.()[\]-]+(?:\/[\w.()[\]-]+)+\/?)`/g;
  const files = new RegExp(`(?<![\\w./-])((?:${places.join("|")})/[\\w.()[\\]/-]+\\.(?:tsx?|m?js)\\b)`, "g");
  const links = /\]\(([^)\s#:]+)(?:#[^)\s]*)?\)/g;
  const atTheTop = readdirSync(".").filter((name) => name.endsWith(".md"));
  for (const page of [...atTheTop, ...places.flatMap((place) => filesIn(place, /\.md$/))]) {
    const text = readFileSync(page, "utf8");
    const found = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, path = ""]) => path);
    const named = found(inBackticks).filter((path) => places.includes(path.split("/")[0] ?? ""));
    const linked = found(links).map((path) => join(dirname(page), path));
    for (const path of new Set([...named, ...found(files), ...linked]))
      if (!existsSync(path)) problems.push(`${page} names ${path}, which isn't there.`);
  }
}

/** This runs on the Node that the project pins. */
function checkNode(): void {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    dependencies: Record<string, string>;
  };
  const wanted = dependencies.node ?? "";
  if (process.versions.node !== wanted)
    problems.push(`This is Node ${process.versions.node}; the project pins ${wanted}.`);
}

/** A vendor is a folder and a line: its name stands nowhere else but in tests, migrations and pages about it. */
function checkVendorNames(): void {
  const vendors = readdirSync("lib/vendors", { withFileTypes: true }).filter(
    (one) => one.isDirectory() && one.name !== "shared",
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

/**
 * Files of the portal's own sign-in, which is at Entra ID whatever the vendors are. The list may only shrink: a file that
 * says none of the words is taken off.
 */
const ownSignIn = ["app/(auth)/use-sign-in.ts", "lib/auth/options.ts", "lib/platform/env.ts"];
const ownSignInMost = 14;

/** What docs/wire.md promises to keep, by the file that says it: in these files, these words and no others. */
const onTheWire: Record<string, readonly string[]> = {
  // fields of API v1
  "app/api/v1/_answers/configuration.ts": ["subscriptionId"],
  "lib/schemas/api.ts": ["subscriptionId"],
  "lib/schemas/api-examples.ts": ["subscriptionId"],
};

/** Screens that are still to be reworded; the list may only shrink. */
const notYet = [
  "app/(portal)/_components/verify-panel.tsx",
  "app/(portal)/connect/[id]/page.tsx",
  "app/(portal)/connect/_components/connect-again.tsx",
  "app/(portal)/connect/_components/finish-sign-in.tsx",
  "app/(portal)/connect/failed/page.tsx",
  "app/(portal)/detections/_components/arrival.tsx",
  "app/(portal)/detections/_components/connect-notice.tsx",
  "app/(portal)/detections/_components/detection-lists.tsx",
  "app/(portal)/detections/_components/detection-news.tsx",
  "app/(portal)/detections/_components/detection-notices.tsx",
  "app/(portal)/detections/_components/detection-page.tsx",
  "app/(portal)/detections/_components/detection-parts.tsx",
  "app/(portal)/detections/_components/detection-view.tsx",
  "app/(portal)/detections/_components/feed-empty.tsx",
  "app/(portal)/detections/_components/feed-row.tsx",
  "app/(portal)/detections/_components/keys-help.tsx",
  "app/(portal)/detections/_components/status-dialog.tsx",
  "app/(portal)/detections/_components/status-toast.tsx",
  "app/(portal)/detections/_components/use-feed-keys.ts",
  "app/(portal)/settings/_components/configuration-actions.tsx",
  "app/(portal)/settings/_components/configuration-list.tsx",
  "app/(portal)/settings/_components/edit-form.tsx",
  "app/(portal)/settings/_components/replace-secret.tsx",
  "app/(portal)/settings/accounts/_components/account-card.tsx",
  "app/(portal)/settings/accounts/page.tsx",
  "app/(portal)/settings/configurations/[id]/_components/arrival.tsx",
  "app/(portal)/settings/configurations/[id]/_components/clear-samples.tsx",
  "app/(portal)/settings/configurations/[id]/_components/pipe-test.tsx",
  "app/(portal)/settings/configurations/[id]/page.tsx",
  "app/(portal)/settings/configurations/new/page.tsx",
  "app/(portal)/settings/deliveries/[id]/page.tsx",
  "app/(portal)/settings/deliveries/_components/filters.tsx",
  "app/(portal)/settings/deliveries/_components/head.tsx",
  "app/(portal)/settings/deliveries/_components/unclaimed.tsx",
  "app/(portal)/settings/layout.tsx",
  "app/(portal)/settings/notifications/_components/rules-form.tsx",
  "app/(portal)/settings/webhooks/_components/deploy-choices.tsx",
  "app/(portal)/settings/webhooks/_components/deploy-panel.tsx",
  "app/(portal)/settings/webhooks/_components/rotate-url.tsx",
  "app/(portal)/settings/webhooks/_components/webhook-card.tsx",
  "app/api/settings/certificates/[id]/route.ts",
  "app/docs/_components/deploy-buttons.tsx",
  "app/manifest.ts",
  "components/ui/place-text.tsx",
];

const vendorWords = [/azure|tenant|subscription/i, /\bentra(?![a-z])|Entra(?![a-z])|ENTRA/];
/** a browser's own: what web push calls a device's address */
const browserWords = /push[ _-]?subscription|getSubscription\b/gi;

/** Nothing but a vendor's folder says the vendor's words, in code, comments and texts alike; others fit every vendor. */
function checkVendorWords(): void {
  const listed = new Set([...ownSignIn, ...notYet, ...Object.keys(onTheWire)]);
  if (ownSignIn.length > ownSignInMost)
    problems.push("The list of files that may say a vendor's words has grown.");
  const files = ["app", "components", "db", "lib", "programs", "public"].flatMap((room) =>
    filesIn(room, /(?<!\.test)\.(tsx?|js|sql)$/),
  );
  const outside = [join("lib", "vendors"), join("db", "migrations")];
  for (const file of files.filter((one) => outside.every((folder) => !one.startsWith(folder)))) {
    const text = readFileSync(file, "utf8").replaceAll(browserWords, "");
    const kept = onTheWire[file] ?? [];
    for (const name of kept)
      if (!text.includes(name))
        problems.push(`${file} doesn't say ${name} any more: take it off the wire's list.`);
    const rest = kept.reduce((left, name) => left.replaceAll(name, ""), text);
    const found = vendorWords.map((pattern) => pattern.exec(rest)?.[0]).find(Boolean);
    const may = ownSignIn.includes(file) || notYet.includes(file);
    if (found && !may)
      problems.push(
        `${file} says “${found}”, a vendor's word: use the glossary's, or the vendor's \`words\`.`,
      );
    if (!found && may) problems.push(`${file} says no vendor's word any more: take it off the list.`);
    listed.delete(file);
  }
  for (const file of listed)
    problems.push(`${file} isn't there any more: take it off the lists of vendors' words.`);
}

/** Identifiers that the glossary retired stand in no code, so that a word keeps its one meaning. */
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

/** The lowest versions without a known hole, of what faces the network (advisories to November 2026). */
const floors: Record<string, string> = {
  next: "16.4.5",
  react: "19.3.1",
  "react-dom": "19.3.1",
  "next-auth": "4.24.15",
  "drizzle-orm": "0.45.2",
  postgres: "3.4.9",
};

function checkFloors(): void {
  for (const [name, floor] of Object.entries(floors)) {
    const { version } = JSON.parse(readFileSync(join("node_modules", name, "package.json"), "utf8")) as {
      version: string;
    };
    const order = version.localeCompare(floor, "en", { numeric: true });
    if (order < 0) problems.push(`${name} ${version} has known holes; the lowest without is ${floor}.`);
  }
}

/** Every change of db/schema/*.ts has its migration. */
function checkMigrations(): void {
  const last = filesIn("db/migrations/meta", /_snapshot\.json$/)
    .toSorted()
    .at(-1);
  const changed = schemaDrift(schema, JSON.parse(readFileSync(last ?? "", "utf8")) as object);
  if (changed.length > 0)
    problems.push(
      `The last migration lacks a change of ${changed.join(", ")}. Run npm run db:generate; until 0.2.0, npm run db:baseline.`,
    );
}

/** No function is longer than can be read at once. */
function checkLengths(): void {
  problems.push(...lengthProblems(rooms.flatMap((room) => filesIn(room, /\.tsx?$/))));
}

checkBoundaries();
checkLengths();
checkMigrations();
checkVendorNames();
checkVendorWords();
checkRetired();
checkFloors();
checkPages();
checkNode();
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log("Boundaries, pages and versions hold.");
process.exit(problems.length === 0 ? 0 : 1);
