import { expect, it } from "vitest";
import { parseReference } from "./reference.ts";

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
