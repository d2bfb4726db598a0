import { expect, it } from "vitest";
import { confirmationWord, isConfirmation } from "./confirmation.ts";

it("is of letters that every keyboard has", () => {
  expect(confirmationWord).toMatch(/^[a-z]+$/);
});

it.each(["delete", "Delete", "DELETE", "  delete\n", "ｄｅｌｅｔｅ", "Ｄｅｌｅｔｅ　"])("is %j", (typed) => {
  expect(isConfirmation(typed)).toBe(true);
});

it.each(["", " ", "delet", "deleted", "de lete", "Azure Production · 11c0ffee"])("is not %j", (typed) => {
  expect(isConfirmation(typed)).toBe(false);
});
