import { expect, it } from "vitest";
import { areActionArguments } from "./action-arguments.ts";

it.each([
  "[]",
  '["id",true,null,1.5]',
  '["$undefined","$$5 a month","$$","$NaN","$Infinity","$-Infinity","$-0"]',
  '["id",{"items":[{"id":"a","expected":"active"}],"note":"$undefined","cost":"$$x","nested":[[{}]]}]',
  '["id",{"__proto__":{"a":1},"constructor":"x","then":"x","a$b":"5 $"}]',
])("takes what pages send: %s", (body) => {
  expect(areActionArguments(body)).toBe(true);
});

it.each([
  "",
  "x",
  "null",
  "5",
  '"$0"',
  "{}",
  '{"0":"id","length":1}',
  ...[
    "$0",
    "$0:constructor",
    "$F1",
    "$h1",
    "$T",
    "$Q1",
    "$W1",
    "$K1",
    "$B1",
    "$@1",
    "$i1",
    "$n9",
    "$S1",
    "$Z",
    "$",
  ].map((mark) => JSON.stringify(["id", { deep: [mark] }])),
  '["$undefinedx"]',
  '["$D2026-01-01"]',
  JSON.stringify(Array(21).fill(1)),
  `[${"[".repeat(50_000)}${"]".repeat(50_000)}]`,
  `[${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}]`,
  '--x\r\nContent-Disposition: form-data; name="0"\r\n\r\n[]\r\n--x--',
])("refuses what no page sends (%#)", (body) => {
  expect(areActionArguments(body)).toBe(false);
});

it("takes a moment for the longest body", () => {
  const began = performance.now();
  for (const part of ['"$0",', "[],", '{"a":1},', "1,", '"$$",'])
    areActionArguments(`[[${part.repeat(131_072 / part.length).slice(0, -1)}]]`);
  expect(performance.now() - began).toBeLessThan(2_000);
});
