import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readOldestVersions, readOwnVersion } from "./migration-versions.ts";
import { isAtLeast } from "./version-order.ts";

describe("every migration", () => {
  it("names the oldest version of PocketSOC that may run on it, in the order of the journal", () => {
    const versions = readOldestVersions();
    for (const [index, { oldest }] of versions.entries()) {
      expect(oldest).toMatch(/^\d+\.\d+\.\d+$/);
      // a database that has a migration has all before it, so none can demand more than a later one without effect
      expect(isAtLeast(oldest, versions[index - 1]?.oldest ?? "0.0.0")).toBe(true);
    }
  });

  it("has the text with which it was merged: a database that has run it would lack what is changed later", () => {
    const hashes = JSON.parse(readFileSync("db/migrations/meta/_hashes.json", "utf8")) as object;
    const { entries } = JSON.parse(readFileSync("db/migrations/meta/_journal.json", "utf8")) as {
      entries: { tag: string }[];
    };
    const hashOf = (tag: string) =>
      createHash("sha256")
        .update(readFileSync(`db/migrations/${tag}.sql`))
        .digest("hex");
    // a new migration's hash is added with it; one that differs belongs to a file to restore, with the change in another one
    expect(Object.fromEntries(entries.map(({ tag }) => [tag, hashOf(tag)]))).toEqual(hashes);
  });

  it("is listed, and nothing else is", () => {
    const meta = "db/migrations/meta";
    const tags = (JSON.parse(readFileSync(`${meta}/_journal.json`, "utf8")) as { entries: { tag: string }[] })
      .entries;
    const listed = JSON.parse(readFileSync(`${meta}/_oldest-versions.json`, "utf8")) as object;
    expect(Object.keys(listed)).toEqual(tags.map(({ tag }) => tag));
  });
});

it.each([
  ["0.2.0", "0.2.0", true],
  ["0.10.0", "0.9.9", true],
  ["1.0.0", "0.9.9", true],
  ["0.2.0", "0.2.1", false],
  ["0.9.9", "0.10.0", false],
])("%s may run where %s or newer is asked for: %s", (own, oldest, may) => {
  expect(isAtLeast(own, oldest)).toBe(may);
});

it("this build knows its version", () => {
  expect(readOwnVersion()).toMatch(/^\d+\.\d+\.\d+/);
});
