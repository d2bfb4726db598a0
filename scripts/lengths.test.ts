import { expect, it } from "vitest";
import { isLongFile, longFunctions } from "./lengths.ts";

const body = (lines: number) => Array.from({ length: lines }, () => "  work();").join("\n");
const found = (text: string) => longFunctions("lib/any.ts", text, 5);

it("reports each function longer than the limit, with its first line", () => {
  const text = `// é\n\nexport function long() {\n${body(4)}\n}\nconst short = () => {\n${body(3)}\n};\nclass Any {\n  method() {\n${body(5)}\n  }\n}\n`;
  expect(found(text)).toEqual([
    { name: "long", line: 3, lines: 6 },
    { name: "method", line: 15, lines: 7 },
  ]);
});

it("counts inner functions as part of the outer one, and reports only that", () => {
  expect(found(`function outer() {\n  return run(async () => {\n${body(5)}\n  });\n}\n`)).toEqual([
    { name: "outer", line: 1, lines: 9 },
  ]);
});

it("ignores the list of tests in a describe, and reports a long test by its name", () => {
  const tests = `describe.each([1])("all", () => {\n  it("holds", () => {\n${body(5)}\n  });\n  it(\`holds \${name}\`, () => {\n${body(5)}\n  });\n});\n`;
  expect(found(tests).map(({ name }) => name)).toEqual(["holds", "holds …"]);
});

it("accepts a long function only with its reason above it", () => {
  const long = `export const long = memo(function Long() {\n${body(5)}\n});\n`;
  expect(found(`// long: one statement, which reads as one\n${long}`)).toEqual([]);
  expect(found(`// a long function\n${long}`)).toHaveLength(1);
  expect(found(`// long: \n${long}`)).toHaveLength(1);
});

it("accepts a file of more than 250 lines only as a test, or with its reason in the first line", () => {
  const text = "work();\n".repeat(251);
  expect(isLongFile("lib/any.ts", text)).toBe(true);
  expect(isLongFile("lib/any.ts", `a();\n// long: a list\n${text}`)).toBe(true);
  expect(isLongFile("lib/any.ts", `// long: a list\n${text}`)).toBe(false);
  expect(isLongFile("lib/any.test.ts", text)).toBe(false);
  expect(isLongFile("lib/any.ts", "work();\n".repeat(250))).toBe(false);
});
