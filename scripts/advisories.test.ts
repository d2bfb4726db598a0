import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  advisoryProblems,
  type AdvisoryList,
  ageOf,
  floors,
  isInRange,
  type LockFile,
} from "./advisories.ts";

const read = <T>(file: string) => JSON.parse(readFileSync(file, "utf8")) as T;
const lock = read<LockFile>("package-lock.json");
const list = read<AdvisoryList>("scripts/advisories.json");
const withPackage = (path: string, version: string): LockFile => ({
  packages: { ...lock.packages, [path]: { version } },
});

it("the lock file has no version with an advisory or below a floor", () => {
  expect(advisoryProblems(lock, list)).toEqual([]);
});

it.each([
  ["node_modules/nodemailer", "7.0.13", ["GHSA-p6gq-j5cr-w38f", "lowest allowed is 10.0.0"]],
  ["node_modules/next", "16.2.5", ["CVE-2026-44578", "CVE-2026-126187", "lowest allowed"]],
  ["node_modules/anything/node_modules/sharp", "0.34.5", ["GHSA-2464-fhr4-w9xw", "lowest allowed"]],
  ["node_modules/esbuild", "0.24.2", ["GHSA-67mh-4wv8-2f99"]],
])("refuses %s %s, also where it is installed below another package", (path, version, parts) => {
  const problems = advisoryProblems(withPackage(path, version), list).join("\n");
  for (const part of [path, ...parts]) expect(problems).toContain(part);
});

it("refuses an exception that isn't needed any more", () => {
  const accepted = [...list.accepted, { id: "GHSA-x", path: "node_modules/next", why: "" }];
  expect(advisoryProblems(lock, { ...list, accepted })).toEqual([expect.stringContaining("GHSA-x any more")]);
});

it.each([
  ["1.2.3", "<1.2.3", false],
  ["1.2.3", "<=1.2.3", true],
  ["1.10.0", "<1.9.0", false],
  ["16.4.0-canary.3", "<16.4.1", true],
  ["3.5.0", "<2.0.7 || >=3.0.0 <4.15.5", true],
  ["2.5.0", "<2.0.7 || >=3.0.0 <4.15.5", false],
])("%s in %s: %s", (version, range, isIn) => expect(isInRange(version, range)).toBe(isIn));

it("throws for a range that it can't read, so that no advisory is passed over", () => {
  for (const range of ["^1.2.3", "1.2.3", "", "<1.2"])
    expect(() => isInRange("1.0.0", range)).toThrow("range");
  for (const { vulnerable } of list.advisories) expect(() => isInRange("1.0.0", vulnerable)).not.toThrow();
});

it("says how old the list is, and never fails for it", () => {
  expect(ageOf({ ...list, asOf: "2020-01-01" }, new Date("2020-01-31T12:00:00Z"))).toMatch(
    /as of 2020-01-01, 30 days ago$/,
  );
});

it("has a floor for every dependency that talks to the network", () => {
  const { dependencies } = read<{ dependencies: Record<string, string> }>("package.json");
  const facing = [
    "next",
    "next-auth",
    "nodemailer",
    "web-push",
    "postgres",
    "drizzle-orm",
    "@azure/msal-node",
    "node",
  ];
  for (const name of facing)
    expect([name, name in dependencies, Object.hasOwn(floors, name)]).toEqual([name, true, true]);
});
