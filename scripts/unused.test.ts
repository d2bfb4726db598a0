import { describe, expect, it } from "vitest";
import { unusedExports, unusedPackages } from "./unused.ts";

const problemsOf = (files: Record<string, string[]>) =>
  unusedExports(new Map(Object.entries(files).map(([file, lines]) => [file, lines.join("\n")])));
/** The exports of `lib/a.ts` that are reported, beside other files with these lines. */
const unusedOf = (own: string[], others: Record<string, string[]> = {}) =>
  problemsOf({ "lib/a.ts": own, ...others })
    .filter((one) => one.startsWith("lib/a.ts exports "))
    .map((one) => one.split(/[ ,]/)[2]);

describe("an export", () => {
  it.each([
    ["export const one = 1;", "one"],
    ["export let one = 1;", "one"],
    ["export function one() {}", "one"],
    ["export async function one() {}", "one"],
    ["export async function* one() {}", "one"],
    ["export class one {}", "one"],
    ["export type one = string;", "one"],
    ["export interface one {}", "one"],
    ["export enum one {}", "one"],
    ["export { own as one };", "one"],
    ["export type { one };", "one"],
    ["export { one } from './b.ts';".replaceAll("'", '"'), "one"],
    ["export default function Page() {}", "default"],
    ["export const { one } = both;", "one"],
    ["export const [one] = both;", "one"],
  ])("is reported when no other file imports it: %s", (line, name) => {
    expect(unusedOf([line, "one();"])).toEqual([name]);
  });

  it.each([
    'import { one } from "./a.ts";',
    'import { type one } from "#lib/a.ts";',
    'import type { other, one as mine } from "../lib/a.ts";',
    'import {\n  other,\n  one,\n} from "#lib/a.ts";',
    'import "server-only";\nimport { one } from "#lib/a.ts";',
    'import whole, { one } from "#lib/a.ts";',
    'import * as all from "#lib/a.ts";',
    'export { one as other } from "#lib/a.ts";',
    'const { one } = await import("#lib/a.ts");',
    'type One = import("#lib/a.ts").one;',
  ])("is used by %j", (line) => {
    expect(unusedOf(["export const one = 1;"], { "lib/b.ts": [line] })).toEqual([]);
  });

  it("isn't used by who imports another, or the same name of another file", () => {
    const others = { "lib/b.ts": ['import { two } from "./a.ts";', 'import one, { one } from "./c.ts";'] };
    expect(unusedOf(["export const one = 1;", "export const two = 2;"], others)).toEqual(["one"]);
  });

  it("is used through a file that passes all on, and only when it is imported there", () => {
    const own = ["export const one = 1;", "export const two = 2;"];
    const index = { "lib/index.ts": ['export * from "./a.ts";'] };
    expect(unusedOf(own, index)).toEqual(["one", "two"]);
    const user = { "lib/b.ts": ['import { one } from "./index.ts";'] };
    expect(unusedOf(own, { ...index, ...user })).toEqual(["two"]);
  });

  it.each(["lib/a.test.ts", "lib/a.integration.test.ts", "e2e/a.spec.ts", "test/steps.ts", "bench/a.ts"])(
    "of production is reported when %s alone imports it",
    (file) => {
      const line = ['import { one } from "#lib/a.ts";'];
      expect(problemsOf({ "lib/a.ts": ["export const one = 1;"], [file]: line })).toEqual([
        "lib/a.ts exports one, which only tests import.",
      ]);
      expect(unusedOf(["export const one = 1;"], { [file]: line, "scripts/b.ts": line })).toEqual([]);
    },
  );

  it("of a test's helper needs another file that imports it", () => {
    const helper = { "test/steps.ts": ["export const step = 1;"] };
    expect(problemsOf(helper)).toEqual(["test/steps.ts exports step, which no other file imports."]);
    expect(problemsOf({ ...helper, "lib/a.test.ts": ['import { step } from "#test/steps.ts";'] })).toEqual(
      [],
    );
  });

  it("is reported when it can't be read", () => {
    expect(problemsOf({ "lib/a.ts": ["export = one;"] })).toEqual([
      "lib/a.ts has an export that can't be read: = one;",
    ]);
  });

  it.each([
    "app/page.tsx",
    "app/(portal)/detections/[id]/page.tsx",
    "app/api/feed/route.ts",
    "app/manifest.ts",
    "proxy.ts",
    "next.config.ts",
  ])("of %s is left to Next", (file) => {
    expect(problemsOf({ [file]: ["export const one = 1;"] })).toEqual([]);
  });

  it.each(["app/api/helper.ts", "app/(portal)/actions.ts", "lib/page.ts", "lib/proxy.ts"])(
    "of %s needs a file that imports it",
    (file) => {
      expect(problemsOf({ [file]: ["export const one = 1;"] })).toHaveLength(1);
    },
  );
});

it("names the packages that nothing uses", () => {
  const programs = { tool: ["do-it"] } as Record<string, string[]>;
  const texts = [
    'import x from "plain";',
    'import y from "deep/inside.js";',
    '@import "styles";',
    'run("do-it")',
    "a comment on gone",
  ];
  const all = ["plain", "deep", "styles", "tool", "@types/plain", "@types/gone", "gone", "plai", "node"];
  expect(unusedPackages(all, (name) => programs[name] ?? [], texts)).toEqual(["@types/gone", "gone", "plai"]);
});
