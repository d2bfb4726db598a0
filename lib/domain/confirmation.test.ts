import { expect, it } from "vitest";
import { confirmationWord, isConfirmation } from "./confirmation.ts";

it("has only letters that are on every keyboard", () => {
  expect(confirmationWord).toMatch(/^[a-z]+$/);
});

it.each(["delete", "Delete", "DELETE", "  delete\n", "ｄｅｌｅｔｅ", "Ｄｅｌｅｔｅ　"])(
  "accepts %j",
  (typed) => {
    expect(isConfirmation(typed)).toBe(true);
  },
);

it.each(["", " ", "delet", "deleted", "de lete", "Azure Production · 11c0ffee"])("refuses %j", (typed) => {
  expect(isConfirmation(typed)).toBe(false);
});
