import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyJson } from "#test/alerts.ts";
import { elementTexts, prettyJson } from "./json-text.ts";

describe("elementTexts", () => {
  it("returns each element as it is written, whatever it contains and whatever surrounds it", () => {
    fc.assert(
      fc.property(
        fc.array(anyJson),
        fc.dictionary(fc.string(), anyJson),
        fc.constantFrom(0, 1, "\t", " \r\n "),
        (list, around, indent) => {
          // the result must equal that of JSON.parse, even with duplicate keys, __proto__ and spaces
          const text = JSON.stringify(
            { ...around, value: list, [`${Object.keys(around)[0] ?? ""}x`]: around },
            null,
            indent,
          );
          const texts = elementTexts(text, "value");
          expect(texts?.map((element) => JSON.parse(element) as unknown)).toEqual(
            JSON.parse(JSON.stringify(list)),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    [
      '{"value":[12345678901234567890, 1e400 ,{"a":1,"a":2}]}',
      ["12345678901234567890", "1e400", '{"a":1,"a":2}'],
    ],
    ['{"value":["a,]}\\"",[[]],{}, -0.10 ]}', ['"a,]}\\""', "[[]]", "{}", "-0.10"]],
    ['{"value":[1],"other":{"value":[9]},"value":[2]}', ["2"]],
    ['{"v\\u0061lue":[1]}', ["1"]],
    [' { "value" : [ ] } ', []],
    ['{"value":"none"}', null],
    ['{"other":[1]}', null],
    ["{}", null],
    ["[1]", null],
    ["5", null],
  ])("reads %s", (text, texts) => {
    JSON.parse(text);
    expect(elementTexts(text, "value")).toEqual(texts);
  });

  it("reads an element of any depth", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(elementTexts(`{"value":[${deep},1]}`, "value")).toEqual([deep, "1"]);
  });
});

describe("prettyJson", () => {
  it("keeps numbers as they were written", () => {
    expect(prettyJson('{"a":12345678901234567890,"b":[1e400,-0,1.0,"1.0"]}')).toBe(
      '{\n  "a": 12345678901234567890,\n  "b": [\n    1e400,\n    -0,\n    1.0,\n    "1.0"\n  ]\n}',
    );
  });
});
