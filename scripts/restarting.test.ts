import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepRestarting } from "./restarting.ts";

const folder = mkdtempSync(join(tmpdir(), "pocketsoc-restarting-"));
const logFile = join(folder, "log.txt");
const path = (name: string) => join(folder, "room", name);
const write = (name: string, text: string) => {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
};
/** Saves a file as many editors do: renames a new file over the old one. */
const replace = (name: string, text: string) => {
  writeFileSync(`${path(name)}.new`, text);
  renameSync(`${path(name)}.new`, path(name));
};
const lines = () => (existsSync(logFile) ? readFileSync(logFile, "utf8").trim().split("\n") : []);
const waitForLines = (...wanted: string[]) => vi.waitFor(() => expect(lines()).toEqual(wanted), 10_000);
const value = (text: string) => `export const value = ${JSON.stringify(text)};\n`;

/** The source of a program that logs its value when it starts. After SIGTERM it waits 300 ms, logs its end and exits. */
const main = `
import { appendFileSync } from "node:fs";
import { value } from "./value.ts";
const log = (line: string) => appendFileSync(${JSON.stringify(logFile)}, line + "\\n");
process.on("SIGTERM", () => setTimeout(() => { log("ended " + value); process.exit(0); }, 300));
setInterval(() => {}, 1_000);
log(value);
`;

let program: { stop(): Promise<void> };
const printed: string[] = [];
beforeEach(async () => {
  for (const method of ["log", "error"] as const)
    vi.spyOn(console, method).mockImplementation((line: string) => void printed.push(line));
  write("main.ts", main);
  write("value.ts", value("one"));
  program = keepRestarting("worker", {
    args: [path("main.ts")],
    env: {},
    folders: [join(folder, "room")],
    output: "ignore",
  });
  await waitForLines("one");
});
afterEach(async () => {
  await program.stop();
  vi.restoreAllMocks();
  printed.length = 0;
  rmSync(logFile);
  rmSync(join(folder, "room"), { recursive: true });
});

it("restarts a program at each save, also by renaming, after the old one has ended by itself", async () => {
  replace("value.ts", value("two"));
  await waitForLines("one", "ended one", "two");
  replace("value.ts", value("three"));
  await waitForLines("one", "ended one", "two", "ended two", "three");
  write("value.ts", value("four"));
  await waitForLines("one", "ended one", "two", "ended two", "three", "ended three", "four");
  expect(printed.at(-1)).toBe(`${path("value.ts")} changed: restarting the worker.`);
});

it("reports how a program ended on a syntax error, and restarts it at the next save", async () => {
  write("value.ts", "export const {{{");
  await vi.waitFor(
    () => expect(printed).toContain("The worker ended with code 1. It starts again when a source changes."),
    10_000,
  );
  write("main.ts", main.replace("./value.ts", "./in-a-new-folder/value.ts"));
  await vi.waitFor(
    () => expect(printed.filter((line) => line.includes("ended with"))).toHaveLength(2),
    10_000,
  );
  write("in-a-new-folder/value.ts", value("two"));
  await waitForLines("one", "ended one", "two");
});

it("restarts once for several files saved together", async () => {
  for (const number of ["two", "three", "four"]) {
    write("value.ts", value(number));
    write(`${number}.ts`, "");
    await pause(100);
  }
  await waitForLines("one", "ended one", "four");
  // a further restart would begin within this time
  await pause(1_000);
  expect(lines()).toEqual(["one", "ended one", "four"]);
});

it("doesn't restart for tests, pages and editors' own files", async () => {
  for (const name of ["value.test.ts", "README.md", ".value.ts.swp", ".#value.ts", "value.ts~", "a/b.tsx"])
    write(name, "");
  // a restart would begin within this time
  await pause(1_000);
  expect(lines()).toEqual(["one"]);
});

it("ends the program when it is stopped", async () => {
  await program.stop();
  expect(lines()).toEqual(["one", "ended one"]);
});
