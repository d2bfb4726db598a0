import { expect, it } from "vitest";
import { commonWords, neutralWords, type VendorWords, wordsOf } from "./vendor-words.ts";

const paper: VendorWords = {
  product: "Paper Alerts",
  provider: "Paper",
  account: "Paper account",
  scope: "project",
  scopes: "projects",
  console: "Paper console",
};

it("fills in what a vendor has no word of its own for", () => {
  const words = wordsOf(paper);
  expect(words).toMatchObject({ provider: "Paper", signIn: "Paper", readRole: neutralWords.readRole });
  expect(wordsOf({ ...paper, signIn: "Press" }).signIn).toBe("Press");
});

it("keeps what all vendors call the same, and is neutral about the rest", () => {
  const words = wordsOf(paper);
  expect(commonWords([words])).toEqual(words);
  const other = wordsOf({ ...paper, product: "Ink", provider: "Ink", signIn: "Paper" });
  expect(commonWords([words, other])).toEqual({ ...words, product: "the vendor", provider: "the vendor" });
});

it("is neutral about no vendor at all", () => {
  expect(commonWords([])).toEqual(neutralWords);
});
