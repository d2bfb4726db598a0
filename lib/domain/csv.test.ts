import { expect, it } from "vitest";
import { csvCell } from "./csv.ts";

it.each(["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"])(
  "a cell that begins with %j is no formula to any spreadsheet",
  (sign) => {
    expect(csvCell(`${sign}cmd|' /C calc'!A0`)).toBe(`"'${sign}cmd|' /C calc'!A0"`);
    expect(csvCell(`a${sign}`)).toBe(`"a${sign}"`);
  },
);

it("doubles quotes", () => {
  expect(csvCell('say "no"')).toBe('"say ""no"""');
});
