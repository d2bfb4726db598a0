import { expect, it } from "vitest";
import { namedPathProblems } from "./named-paths.ts";

const known = {
  rooms: ["lib", "docs"],
  exists: (path: string) => ["lib/a.ts", "lib/b", "docs/page.md"].includes(path),
  names: new Set(["a.ts"]),
};
const gonePath = "lib/gone.ts";
const problemsOf = (path: string, text: string) => namedPathProblems([{ path, text }], known);

it.each([
  ["in backticks", "docs/page.md", "See `lib/gone/x.ts`.", "lib/gone/x.ts"],
  ["a folder in backticks", "docs/page.md", "See `lib/gone`.", "lib/gone"],
  ["in a drawing", "docs/page.md", "merge[lib/gone.ts<br>stores]", "lib/gone.ts"],
  ["in a link", "docs/page.md", "[there](gone.md#part)", "docs/gone.md"],
  ["by name alone", "docs/page.md", "| `gone.ts` | does it |", "gone.ts"],
  ["in a comment", "lib/a.ts", `/** Stores it.\n * See ${gonePath}. */`, gonePath],
  ["by name alone in a comment", "lib/a.ts", "// as in `gone.mjs`", "gone.mjs"],
])("reports a path that doesn't exist: %s", (_where, path, text, gone) => {
  expect(problemsOf(path, text)).toEqual([`${path} names ${gone}, which doesn't exist.`]);
});

it("accepts what exists, what isn't a path, and code", () => {
  expect(
    problemsOf("docs/page.md", "`lib/a.ts`, `lib/b`, `a.ts`, [x](page.md), [y](https://a.example/b.ts)"),
  ).toEqual([]);
  expect(problemsOf("docs/page.md", "`and/or`, `application/json`")).toEqual([]);
  expect(problemsOf("lib/a.ts", 'import a from "lib/gone.ts";\nconst b = `gone.ts`;')).toEqual([]);
});
