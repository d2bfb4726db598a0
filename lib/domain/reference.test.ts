import { expect, it } from "vitest";
import { linkOf, parseReference } from "./reference.ts";

it.each([
  ["INC0012345", "INC0012345"],
  [" SEC-42 ", "SEC-42"],
  ["https://tickets.example/browse/SEC-42?x=1", "https://tickets.example/browse/SEC-42?x=1"],
  ["https://tickets.example", "https://tickets.example/"],
  ["", null],
  ["  ", null],
])("reads the reference %j", (text, reference) => {
  expect(parseReference(text)).toBe(reference);
});

it.each([
  "javascript:alert(1)",
  "http://tickets.example/1",
  "https://user:secret@tickets.example/",
  "two words",
  "=cmd|x",
  "<b>",
  "x".repeat(65),
  `https://tickets.example/${"x".repeat(300)}`,
])("refuses %j", (text) => {
  expect(parseReference(text)).toBeUndefined();
});

it("leads to an address only if the reference is one", () => {
  expect(linkOf("https://tickets.example/1")).toBe("https://tickets.example/1");
  expect([linkOf("INC0012345"), linkOf("javascript:alert(1)"), linkOf("http://a.example/")]).toEqual([
    null,
    null,
    null,
  ]);
});
