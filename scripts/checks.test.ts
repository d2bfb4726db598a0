import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { checks, runChecks } from "./checks.ts";

const said: string[] = [];
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  said.length = 0;
});

const node = (script: string): [string, ...string[]] => [process.execPath, "-e", script];

it("says one line of a check that passes, and nothing of what its tools said", async () => {
  const results = await runChecks([
    { name: "good", commands: [node("console.log('chatter')")], remedy: "Do this." },
  ]);
  expect(results).toEqual([{ name: "good", passed: true }]);
  expect(said).toEqual([expect.stringMatching(/^ok {5}good \(\d+\.\d s\)$/)]);
});

it("says all that the tools of a failing check said and what to do about it, and goes on to the next", async () => {
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
  expect(said[0]).toMatch(/^FAILED bad/);
  expect(said[1]).toBe("why\nwhere\n→ Do this.\n");
  expect(said[3]).toMatch(/no-such-program-anywhere[^]*→ Install it\./);
});

it("has a sentence for each check that says what to do", () => {
  for (const { name, remedy } of checks) expect([name, remedy]).toEqual([name, expect.stringMatching(/\.$/)]);
});
