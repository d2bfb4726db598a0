import { describe, expect, it } from "vitest";
import type { VendorProblem } from "../../problem.ts";
import { entraError } from "./entra-error.ts";
import { entraTable } from "./entra-errors.ts";
import { problemForPerson } from "./person-errors.ts";

const api = { words: { provider: "Azure", account: "Azure account" } };
const personProblem = (numbers: number[], status = 400) =>
  problemForPerson(api, entraError(api, numbers, status).problem);
const numbers = Object.keys(entraTable).map(Number);
const numbersWhere = (matches: (problem: VendorProblem) => boolean) =>
  numbers.filter((number) => matches(personProblem([number]))).sort((a, b) => a - b);

describe("a problem with a person's sign-in", () => {
  it("never concerns a credential, because people have none", () => {
    expect(numbersWhere(({ concerns }) => concerns !== "person")).toEqual([]);
  });

  it("needs a new sign-in, unless a retry may succeed or it is about an application's credential", () => {
    expect(numbersWhere(({ needsSignIn }) => !needsSignIn)).toEqual([
      50196, 700024, 700027, 7000215, 7000222,
    ]);
    expect(personProblem([99999])).toMatchObject({ code: "sign_in_refused", needsSignIn: true });
    expect(personProblem([], 503)).toMatchObject({ concerns: "vendor", passes: true, needsSignIn: false });
  });

  it("denies access at once if the sign-in was revoked or the account is gone", () => {
    expect(numbersWhere(({ refuses }) => refuses)).toEqual([50020, 50034, 50057, 50105, 50132, 50133, 50173]);
  });
});
