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
    expect(numbersWhere(({ concerns }) => concerns === "credential")).toEqual([]);
    expect(numbersWhere(({ concerns }) => concerns === "vendor")).toEqual([
      50033, 50087, 90006, 90012, 90024, 90033, 90036,
    ]);
  });

  it("has a remedy for a person, and shows the number", () => {
    for (const number of [...numbers, 99999, 530021]) {
      const { message, remedy } = personProblem([number]);
      expect(message).toContain(`Error code: AADSTS${number}.`);
      expect([number, /exempt|taken out|allow the application|no program/i.test(remedy)]).toEqual([
        number,
        false,
      ]);
    }
  });

  it.each([
    [53000, "blocked_by_policy", /runs the directory's policies/],
    [530035, "blocked_by_policy", /runs the directory's policies/],
    [50076, "sign_in_needed", /second factor/],
    [50158, "sign_in_needed", /second factor/],
    [50072, "sign_in_needed", /set the second factor up/],
    [90094, "consent_missing", /consent link/],
    [7000229, "consent_missing", /consent link/],
    [700084, "redirect_wrong", /Mobile and desktop/],
    [90072, "account_missing", /invite it/],
    [50034, "account_missing", /another account|an account that it has/],
    [50057, "account_disabled", /enable it/],
  ])("has its own remedy: AADSTS%i, %s", (number, code, remedy) => {
    expect(personProblem([number])).toMatchObject({
      code,
      remedy: expect.stringMatching(remedy),
      needsSignIn: true,
    });
  });

  it("needs a new sign-in, unless a retry may succeed or it is about an application's credential", () => {
    expect(numbersWhere(({ needsSignIn }) => !needsSignIn)).toEqual([
      50033, 50087, 50196, 90006, 90012, 90024, 90033, 90036, 90055, 500011, 500014, 650052, 700021, 700023,
      700024, 700027, 5000224, 7000112, 7000215, 7000222,
    ]);
    expect(personProblem([99999])).toMatchObject({ code: "sign_in_refused", needsSignIn: true });
    expect(personProblem([], 503)).toMatchObject({ concerns: "vendor", passes: true, needsSignIn: false });
  });

  it("denies access at once if the sign-in was revoked or the account is gone", () => {
    expect(numbersWhere(({ refuses }) => refuses)).toEqual([
      50020, 50034, 50057, 50105, 50132, 50133, 50173, 51004, 90072,
    ]);
  });
});
