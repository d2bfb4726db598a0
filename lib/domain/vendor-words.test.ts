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

it("missing words of a vendor are filled with general ones", () => {
  const words = wordsOf(paper);
  expect(words).toMatchObject({ provider: "Paper", signIn: "Paper", readRole: neutralWords.readRole });
  expect(wordsOf({ ...paper, signIn: "Press" }).signIn).toBe("Press");
});

it("words in common are kept, and the others are neutral", () => {
  const words = wordsOf(paper);
  expect(commonWords([words])).toEqual(words);
  const other = wordsOf({ ...paper, product: "Ink", provider: "Ink", signIn: "Paper" });
  expect(commonWords([words, other])).toEqual({ ...words, product: "the vendor", provider: "the vendor" });
});

it("without vendors all words are neutral", () => {
  expect(commonWords([])).toEqual(neutralWords);
});
