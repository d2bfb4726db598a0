import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockFolder, setAside } from "./state-folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pocketsoc-state-"));
});
afterEach(() => rmSync(root, { recursive: true }));

it("a folder set aside keeps its files, and this process locks an empty one in its place", () => {
  const folder = join(root, "demo");
  const aside = join(root, "demo-old");
  for (const [round, expected] of [
    ["first", aside],
    ["second", `${aside}-2`],
  ] as const) {
    lockFolder(folder);
    mkdirSync(join(folder, "postgres"));
    writeFileSync(join(folder, "demo.json"), round);
    expect(setAside(folder, aside)).toBe(expected);
    expect(readFileSync(join(expected, "demo.json"), "utf8")).toBe(round);
    // the folder that was set aside isn't locked
    expect(existsSync(join(expected, "running.json"))).toBe(false);
    expect(readdirSync(folder)).toEqual(["running.json"]);
  }
});

it.runIf(existsSync("/proc/self"))(
  "a folder that takes no files isn't taken for one that another launcher locks",
  () => {
    expect(() => lockFolder("/proc/self")).toThrow(/^The folder \/proc\/self can't be written to /);
  },
);
