import { describe, expect, it } from "vitest";
import { ruleProblems } from "./source-rules.ts";

const problemsOf = (text: string, path = "lib/schemas/any.ts") => ruleProblems([{ path, text }]);

describe("schemas of texts", () => {
  it.each([
    "z.string().max(200)",
    "z.string('Enter it.').trim().max(200, 'Too long.')",
    "z.object({ a: z.string().min(1).regex(/^a$/) })",
    "z.string().refine((text) => slow(text))",
    "z.string().optional().transform((text) => slow(text))",
    "z\n  .string()\n  .superRefine(slow)",
    "z.string().pipe(z.enum(['a']))",
  ])("refuses %s, which does more than count", (schema) => {
    expect(problemsOf(`export const A = ${schema};`)).toEqual([
      expect.stringMatching(/^lib\/schemas\/any\.ts:\d: \.\w+\(\) runs on a text of any length\./),
    ]);
  });

  it("accepts limited texts, texts of answers, and limits of lists and numbers", () => {
    const schemas = [
      "limited(3).refine(slow)",
      "z.string()",
      "z.string().trim().min(1)",
      "z.array(z.string()).max(3)",
    ];
    for (const schema of [...schemas, "z.int().max(3)"])
      expect(problemsOf(`const a = ${schema};`)).toEqual([]);
  });
});

describe("tables", () => {
  it("refuses a table read by a key that isn't written out, except by lookUp", () => {
    const table = 'const words: Readonly<Record<string, string>> = { a: "b" };';
    expect(problemsOf(`${table}\nconst found = (key: string) => words[key] ?? key;`)).toEqual([
      "lib/schemas/any.ts:2: words[…] also finds what every object inherits. Use lookUp of lib/domain/look-up.ts.",
    ]);
    expect(problemsOf(`${table} lookUp(words, key); words["a"]; words.a;`)).toEqual([]);
    expect(problemsOf("const words: Record<Status, string> = all; words[status];")).toEqual([]);
  });
});

describe("bodies of requests", () => {
  it.each(["text", "json", "formData", "arrayBuffer", "blob"])("refuses request.%s() in handlers", (read) => {
    for (const path of ["app/api/a/route.ts", "lib/http/a.ts"])
      expect(problemsOf(`const a = await request.${read}();`, path)).toEqual([
        `${path}:1: .${read}() reads a body of any size. Use readSmallJson or readLimited.`,
      ]);
  });

  it("accepts the browser's reads of answers", () => {
    expect(problemsOf("const a = await response.json();", "app/a.tsx")).toEqual([]);
  });
});

it.each([
  "<p dangerouslySetInnerHTML={{ __html: text }} />;",
  "element.innerHTML = text;",
  "element.insertAdjacentHTML('beforeend', text);",
  "eval(text);",
  "new Function(text);",
])("refuses %s in pages, which makes markup or code out of a text", (line) => {
  expect(problemsOf(line, "app/page.tsx")).toHaveLength(1);
  expect(problemsOf("element.textContent = text; type A = Function;", "app/page.tsx")).toEqual([]);
});

describe("regular expressions", () => {
  it.each(["/=+$/", "/^(a+)+$/", "/(a|a)*b/", "/%.*$/", "/^\\s*\\s*x/"])("refuses %s", (pattern) => {
    expect(problemsOf(`const a = ${pattern};`)).toEqual([expect.stringContaining("Rewrite it.")]);
  });

  it("reads the patterns of manifests, and refuses one that is put together", () => {
    expect(problemsOf('const a = { refuses: [{ pattern: "=+$", message: "" }] };')).toHaveLength(1);
    expect(problemsOf("const a = new RegExp(`^${b}+$`);")).toHaveLength(1);
    expect(
      problemsOf('const a = { pattern: "^=+$" }; new RegExp(a.pattern, "i"); new RegExp(refuses);'),
    ).toEqual([]);
  });

  it("accepts anchored and bounded repetitions", () => {
    for (const pattern of ["/^[a-z]+={0,2}$/", "/[\\p{Cc}]+/gu", "/^\\d{1,15}$/"])
      expect(problemsOf(`const a = ${pattern};`)).toEqual([]);
  });
});
