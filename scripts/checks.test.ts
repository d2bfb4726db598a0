import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { checks, runChecks } from "./checks.ts";

const printed: string[] = [];
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  printed.length = 0;
});

const node = (script: string): [string, ...string[]] => [process.execPath, "-e", script];

it("prints one line for a check that passes, without its tools' output", async () => {
  const results = await runChecks([
    { name: "good", commands: [node("console.log('chatter')")], remedy: "Do this." },
  ]);
  expect(results).toEqual([{ name: "good", passed: true }]);
  expect(printed).toEqual([expect.stringMatching(/^ok {5}good \(\d+\.\d s\)$/)]);
});

it("prints the notes of a check that passes", async () => {
  const chatter = node("console.log('chatter\\nnote: 3 days old')");
  await runChecks([{ name: "good", commands: [chatter], remedy: "Do this." }]);
  expect(printed.slice(1)).toEqual(["note: 3 days old"]);
});

it("prints a failing check's output and remedy, and continues with the next check", async () => {
  const results = await runChecks([
    {
      name: "bad",
      commands: [
        node("console.log('why'); console.error('where'); process.exit(3)"),
        node("console.log('chatter')"),
      ],
      remedy: "Do this.",
    },
    { name: "missing", commands: [["no-such-program-anywhere"]], remedy: "Install it." },
    { name: "good", commands: [node("")], remedy: "" },
  ]);
  expect(results.map(({ passed }) => passed)).toEqual([false, false, true]);
  expect(printed[0]).toMatch(/^FAILED bad/);
  expect(printed[1]).toBe("why\nwhere\n→ Do this.\n");
  expect(printed[3]).toMatch(/no-such-program-anywhere[^]*→ Install it\./);
});

it("every check has a sentence on what to do", () => {
  for (const { name, remedy } of checks) expect([name, remedy]).toEqual([name, expect.stringMatching(/\.$/)]);
});
