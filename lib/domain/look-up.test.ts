import { expect, it } from "vitest";
import { lookUp } from "./look-up.ts";
import { tacticOf } from "./mitre.ts";
import { signInProblem } from "./sign-in.ts";

const inherited = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

it.each(inherited)("finds nothing under %s, which every object inherits", (key) => {
  expect(lookUp({ a: 1 }, key)).toBeUndefined();
  expect(signInProblem(key)).toBeNull();
  expect(tacticOf(key).href).toBeNull();
});

it("finds what the table has, even under such a name", () => {
  expect(lookUp({ a: 1 }, "a")).toBe(1);
  expect(lookUp(Object.fromEntries([["constructor", 2]]), "constructor")).toBe(2);
});
