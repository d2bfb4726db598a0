import { describe, expect, it } from "vitest";
import type { VendorProblem } from "../../problem.ts";
import { entraError } from "./entra-error.ts";
import { entraTable } from "./entra-errors.ts";
import { tellPerson } from "./person-errors.ts";

const api = { words: { provider: "Azure", account: "Azure account" } };
const told = (numbers: number[], status = 400) => tellPerson(api, entraError(api, numbers, status).problem);
const numbers = Object.keys(entraTable).map(Number);
const having = (is: (problem: VendorProblem) => boolean) =>
  numbers.filter((number) => is(told([number]))).sort((a, b) => a - b);

describe("what Entra ID says to a person's account", () => {
  it("is never the trouble of a credential, which people have none of", () => {
    expect(having(({ concerns }) => concerns !== "person")).toEqual([]);
  });

  it("needs a sign-in, but for what passes or is of a credential that isn't theirs", () => {
    expect(having(({ needsSignIn }) => !needsSignIn)).toEqual([50196, 700024, 700027, 7000215, 7000222]);
    expect(told([99999])).toMatchObject({ code: "sign_in_refused", needsSignIn: true });
    expect(told([], 503)).toMatchObject({ concerns: "vendor", passes: true, needsSignIn: false });
  });

  it("hides at once what a revoked sign-in, or an account that is no more, had shown", () => {
    expect(having(({ refuses }) => refuses)).toEqual([50020, 50034, 50057, 50105, 50132, 50133, 50173]);
  });
});
