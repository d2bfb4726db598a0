import { spawn } from "node:child_process";

/** One static check: what it runs, one command after the other, and what to do when it fails. */
type Check = { name: string; commands: [string, ...string[]][]; remedy: string };

/** Everything that is checked without running the product; `npm run verify` and `npm test` both read this list. */
export const checks: readonly Check[] = [
  {
    name: "format",
    commands: [["biome", "format", "."]],
    remedy: "Run npm run format: it writes every file the one way.",
  },
  {
    name: "lint",
    commands: [["oxlint", "--type-aware", "."]],
    remedy: "Mend each line that is named; turn a rule off in .oxlintrc.json only if it is wrong everywhere.",
  },
  {
    name: "types",
    // the routes' own types first: the portal's pages are checked against them
    commands: [
      ["next", "typegen"],
      ["tsc", "--noEmit"],
    ],
    remedy: "Mend the first error first: those below it often follow from it.",
  },
  {
    name: "unused",
    // the second time tests don't count as users
    commands: [
      ["knip", "--no-progress"],
      ["knip", "--no-progress", "--production"],
    ],
    remedy:
      "Delete what nothing uses. What only tests use goes too: tests enter by the doors that production uses.",
  },
  {
    name: "boundaries",
    commands: [["node", "scripts/boundaries.ts"]],
    remedy:
      "Move code to the room it belongs in (docs/ARCHITECTURE.md), split what is too long, and name only what is there.",
  },
];

/** Runs the checks one after the other, a line each; what a tool says is printed only where it fails. */
export async function runChecks(wanted: readonly Check[]): Promise<{ name: string; passed: boolean }[]> {
  const results = [];
  for (const { name, commands, remedy } of wanted) {
    const started = Date.now();
    const failures: string[] = [];
    for (const [command, ...args] of commands) {
      const { code, said } = await run(command, args);
      if (code !== 0) failures.push(said.trim());
    }
    const passed = failures.length === 0;
    sayOutcome(name, passed, started);
    if (!passed) console.log([...failures, `→ ${remedy}`, ""].join("\n"));
    results.push({ name, passed });
  }
  return results;
}

/** The line that says how a step ended; `started` is when it began, in milliseconds since the epoch. */
export function sayOutcome(name: string, passed: boolean, started: number): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${passed ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
}

function run(command: string, args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.once("error", (error) => resolve({ code: 1, said: `${said}${error.message}\n` }));
    child.once("close", (code) => resolve({ code: code ?? 1, said }));
  });
}
