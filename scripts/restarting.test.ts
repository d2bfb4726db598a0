import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepRestarting } from "./restarting.ts";

const folder = mkdtempSync(join(tmpdir(), "pocketsoc-restarting-"));
const diary = join(folder, "diary.txt");
const path = (name: string) => join(folder, "room", name);
const write = (name: string, text: string) => {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
};
/** As many editors save: another file takes the place of the first. */
const replace = (name: string, text: string) => {
  writeFileSync(`${path(name)}.new`, text);
  renameSync(`${path(name)}.new`, path(name));
};
const lines = () => (existsSync(diary) ? readFileSync(diary, "utf8").trim().split("\n") : []);
const says = (...wanted: string[]) => vi.waitFor(() => expect(lines()).toEqual(wanted), 10_000);
const value = (text: string) => `export const value = ${JSON.stringify(text)};\n`;

/** Writes down the value that it read, and, a while after it was told to end, that it has ended. */
const main = `
import { appendFileSync } from "node:fs";
import { value } from "./value.ts";
const say = (line: string) => appendFileSync(${JSON.stringify(diary)}, line + "\\n");
process.on("SIGTERM", () => setTimeout(() => { say("ended " + value); process.exit(0); }, 300));
setInterval(() => {}, 1_000);
say(value);
`;

let program: { stop(): Promise<void> };
const said: string[] = [];
beforeEach(async () => {
  for (const to of ["log", "error"] as const)
    vi.spyOn(console, to).mockImplementation((line: string) => void said.push(line));
  write("main.ts", main);
  write("value.ts", value("one"));
  program = keepRestarting("worker", {
    args: [path("main.ts")],
    env: {},
    folders: [join(folder, "room")],
    output: "ignore",
  });
  await says("one");
});
afterEach(async () => {
  await program.stop();
  vi.restoreAllMocks();
  said.length = 0;
  rmSync(diary);
  rmSync(join(folder, "room"), { recursive: true });
});

it("restarts a program at each save, also of a file that was replaced, once it has ended in its own time", async () => {
  replace("value.ts", value("two"));
  await says("one", "ended one", "two");
  replace("value.ts", value("three"));
  await says("one", "ended one", "two", "ended two", "three");
  write("value.ts", value("four"));
  await says("one", "ended one", "two", "ended two", "three", "ended three", "four");
  expect(said.at(-1)).toBe(`${path("value.ts")} changed: restarting the worker.`);
});

it("goes on at the next save after a mistake in the middle of an edit, and says how the program ended", async () => {
  write("value.ts", "export const {{{");
  await vi.waitFor(
    () => expect(said).toContain("The worker ended with code 1. It starts again when a source changes."),
    10_000,
  );
  write("main.ts", main.replace("./value.ts", "./in-a-new-folder/value.ts"));
  await vi.waitFor(() => expect(said.filter((line) => line.includes("ended with"))).toHaveLength(2), 10_000);
  write("in-a-new-folder/value.ts", value("two"));
  await says("one", "ended one", "two");
});

it("restarts once for files that are saved together", async () => {
  for (const number of ["two", "three", "four"]) {
    write("value.ts", value(number));
    write(`${number}.ts`, "");
    await pause(100);
  }
  await says("one", "ended one", "four");
  await pause(1_000);
  expect(lines()).toEqual(["one", "ended one", "four"]);
});

it("doesn't restart for a test, a page or what an editor keeps beside a file", async () => {
  for (const name of ["value.test.ts", "README.md", ".value.ts.swp", ".#value.ts", "value.ts~", "a/b.tsx"])
    write(name, "");
  await pause(1_000);
  expect(lines()).toEqual(["one"]);
});

it("ends the program when it is stopped", async () => {
  await program.stop();
  expect(lines()).toEqual(["one", "ended one"]);
});
