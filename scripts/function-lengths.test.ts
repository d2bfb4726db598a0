import { expect, it } from "vitest";
import { longFunctions } from "./function-lengths.ts";

const body = (lines: number) => Array.from({ length: lines }, () => "  work();").join("\n");
const found = (text: string) => longFunctions("lib/any.ts", text, 5);

it("names each function of more lines than its limit, and where it begins", () => {
  const text = `// é\n\nexport function long() {\n${body(4)}\n}\nconst short = () => {\n${body(3)}\n};\nclass Any {\n  method() {\n${body(5)}\n  }\n}\n`;
  expect(found(text)).toEqual([
    { name: "long", line: 3, lines: 6 },
    { name: "method", line: 15, lines: 7 },
  ]);
});

it("counts what a function holds as its own, and names it once", () => {
  expect(found(`function outer() {\n  return run(async () => {\n${body(5)}\n  });\n}\n`)).toEqual([
    { name: "outer", line: 1, lines: 9 },
  ]);
});

it("takes a list of tests for no function, and a test for one, by its sentence", () => {
  const tests = `describe.each([1])("all", () => {\n  it("holds", () => {\n${body(5)}\n  });\n  it(\`holds \${name}\`, () => {\n${body(5)}\n  });\n});\n`;
  expect(found(tests).map(({ name }) => name)).toEqual(["holds", "holds …"]);
});

it("lets one be that says why above it, and no other", () => {
  const long = `export const long = memo(function Long() {\n${body(5)}\n});\n`;
  expect(found(`// long: one statement, which reads as one\n${long}`)).toEqual([]);
  expect(found(`// a long function\n${long}`)).toHaveLength(1);
  expect(found(`// long: \n${long}`)).toHaveLength(1);
});
