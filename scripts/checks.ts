import { spawn } from "node:child_process";

/** A static check. The commands run in turn; `remedy` says what to do if one of them fails. */
type Check = { name: string; commands: [string, ...string[]][]; remedy: string };

/** Every check that doesn't run the product. `npm run verify` and `npm test` run them. */
export const checks: readonly Check[] = [
  {
    name: "format",
    commands: [["biome", "format", "."]],
    remedy: "Run npm run format, which formats every file.",
  },
  {
    name: "lint",
    commands: [["oxlint", "--type-aware", "."]],
    remedy: "Mend each line that is named. Turn a rule off in .oxlintrc.json only if it is wrong everywhere.",
  },
  {
    name: "types",
    // the pages are checked against the routes' types, so those are generated first
    commands: [
      ["next", "typegen"],
      ["tsc", "--noEmit"],
    ],
    remedy: "Mend the first error first, because those below often follow from it.",
  },
  {
    name: "unused",
    // with --production, tests don't count as users
    commands: [
      ["knip", "--no-progress"],
      ["knip", "--no-progress", "--production"],
    ],
    remedy: "Delete what nothing uses, also what only tests use: tests call what production calls.",
  },
  {
    name: "boundaries",
    commands: [["node", "scripts/boundaries.ts"]],
    remedy:
      "Move code to the room it belongs in (docs/ARCHITECTURE.md), split files and functions that are too long, and name only paths that exist.",
  },
];

/**
 * Runs the checks in turn and prints a line for each. A tool's output is printed only if the tool fails, except for lines that
 * begin with “note: ”.
 */
export async function runChecks(wanted: readonly Check[]): Promise<{ name: string; passed: boolean }[]> {
  const results = [];
  for (const { name, commands, remedy } of wanted) {
    const started = Date.now();
    const failures: string[] = [];
    const notes: string[] = [];
    for (const [command, ...args] of commands) {
      const { code, output } = await run(command, args);
      if (code !== 0) failures.push(output.trim());
      notes.push(...output.split("\n").filter((line) => line.startsWith("note: ")));
    }
    const passed = failures.length === 0;
    printOutcome(name, passed, started);
    if (passed) for (const note of notes) console.log(note);
    else console.log([...failures, `→ ${remedy}`, ""].join("\n"));
    results.push({ name, passed });
  }
  return results;
}

/** Prints a line with a step's name, outcome and duration. `started` is when the step began, in ms since the epoch. */
export function printOutcome(name: string, passed: boolean, started: number): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${passed ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
}

function run(command: string, args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
