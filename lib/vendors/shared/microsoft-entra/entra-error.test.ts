import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VendorProblem } from "../../problem.ts";
import { entraError, numbersIn } from "./entra-error.ts";
import { entraTable } from "./entra-errors.ts";

const api = { words: { provider: "Azure", account: "Azure account" } };
/** The form fields of a vendor that signs in at Entra ID. */
const fields = new Set(["tenantId", "applicationId", "clientSecret", "cloud"]);

/** Lists what prevents a person from acting on a problem. */
function faultsOf(problem: VendorProblem): string[] {
  const faults = [problem.message, problem.remedy].filter((text) => !/^[A-Z].{10,}[.\w]$/.test(text));
  if (!/^[a-z_]+$/.test(problem.code)) faults.push(`code: ${problem.code}`);
  if (problem.field !== null && !fields.has(problem.field)) faults.push(`no such field: ${problem.field}`);
  return faults;
}

describe("an error number of Entra ID", () => {
  it.each(Object.keys(entraTable).map(Number))("has a message and a remedy: AADSTS%i", (number) => {
    const { problem } = entraError(api, [number], 400, { requestId: "trace-1" });
    expect(faultsOf(problem)).toEqual([]);
    const { message, ...entry } = entraTable[number] ?? { message: "" };
    expect(problem).toMatchObject({
      vendorCode: `AADSTS${number}`,
      requestId: "trace-1",
      ...entry,
      message: `${message} Error code: AADSTS${number}.`,
    });
  });

  it.each([
    [7000215, "secret_wrong", "clientSecret"],
    [7000222, "secret_expired", "clientSecret"],
    [7000218, "secret_missing", "clientSecret"],
    [700016, "app_not_found", "applicationId"],
    [90002, "tenant_not_found", "tenantId"],
    [7000229, "app_not_installed", "applicationId"],
    [7000112, "app_disabled", "applicationId"],
    [500014, "api_unavailable", null],
    [5000224, "api_unavailable", null],
    [650052, "api_unavailable", null],
    [65001, "consent_missing", "applicationId"],
    [90094, "consent_missing", "applicationId"],
    [53003, "blocked_by_policy", null],
    [530032, "blocked_by_policy", null],
    [530035, "blocked_by_policy", null],
    [53011, "blocked_by_policy", null],
    [50097, "blocked_by_policy", null],
    // in the range of policies, and in no table
    [53099, "blocked_by_policy", null],
    [530021, "blocked_by_policy", null],
    [50074, "second_factor", null],
    [50078, "second_factor", null],
    [50158, "second_factor", null],
    [50072, "second_factor_setup", null],
    [53010, "second_factor_setup", null],
    [700084, "redirect_wrong", "applicationId"],
    [90072, "account_missing", null],
    [50011, "redirect_wrong", "applicationId"],
    [500112, "redirect_wrong", "applicationId"],
    [9002327, "redirect_wrong", "applicationId"],
    [50057, "account_disabled", null],
    [50105, "not_assigned", null],
    [50076, "second_factor", null],
    [50079, "second_factor_setup", null],
    [50173, "sign_in_needed", null],
    [54005, "sign_in_needed", null],
    [70008, "sign_in_needed", null],
    [70043, "sign_in_needed", null],
    [700082, "sign_in_needed", null],
    [501481, "sign_in_needed", null],
    [50126, "sign_in_needed", null],
    [50196, "throttled", null],
    [700025, "public_client", "applicationId"],
    [700024, "certificate_invalid", null],
    [700027, "certificate_invalid", null],
    [90033, "server_error", null],
  ])("has the right code and form field: AADSTS%i, %s, %s", (number, code, field) => {
    expect(entraError(api, [number], 401).problem).toMatchObject({ code, field });
  });

  it.each([
    ["tenant_not_found", [900021, 900023]],
    ["blocked_by_policy", [50129, 50131, 50155, 500021, 500212, 500213]],
    ["second_factor", [500121]],
    ["consent_missing", [65004, 90095, 650057]],
    ["sign_in_needed", [70000, 50089, 50058, 50055, 50144, 50142, 50053, 50148]],
  ])("has the code of its kind: %s", (code, numbers) => {
    for (const number of numbers)
      expect([number, entraError(api, [number], 400).problem.code]).toEqual([number, code]);
  });

  it("has a sentence of its own among policies, not that of numbers nobody knows", () => {
    const sentenceOf = (number: number) =>
      entraError(api, [number], 400).problem.message.replace(/ Error code: .*$/, "");
    const numbers = [53000, 53001, 53002, 53003, 53004, 53011, 530032, 530035];
    expect(new Set([...numbers, 53099].map(sentenceOf)).size).toBe(numbers.length + 1);
  });

  it.each([
    [7000229, /az ad sp create --id <Application ID>/],
    [7000112, /Enabled for users to sign in/],
    [53003, /Conditional Access/],
    [90094, /administrator/],
    [700084, /Mobile and desktop applications/],
    [90072, /invite/],
  ])("says what to do: AADSTS%i", (number, remedy) => {
    expect(entraError(api, [number], 401).problem.remedy).toMatch(remedy);
  });

  it("suggests waiting only if that may help", () => {
    const delayed = Object.keys(entraTable).filter((number) => entraTable[Number(number)]?.maybeDelay);
    expect(delayed).toEqual(["70001", "700016", "700027", "7000215", "7000229"]);
  });

  it("speaks of the secret only if the problem is the secret", () => {
    const speaks = [...Object.keys(entraTable).map(Number), 99999, 0].filter((number) => {
      const { message, remedy } = entraError(api, [number], 400).problem;
      return /secret/i.test(`${message} ${remedy}`.replaceAll("Certificates & secrets", ""));
    });
    expect(speaks).toEqual([700025, 7000215, 7000218, 7000222]);
  });

  it("is found among several numbers; if all are unknown, the first is kept", () => {
    expect(entraError(api, [1, 7000222], 401).problem).toMatchObject({
      code: "secret_expired",
      vendorCode: "AADSTS7000222",
    });
    expect(entraError(api, [99999], 400).problem).toMatchObject({
      code: "sign_in_refused",
      vendorCode: "AADSTS99999",
    });
  });

  it.each([
    [429, "throttled", true],
    [500, "server_error", true],
    [503, "server_error", true],
    [400, "sign_in_refused", false],
    [401, "sign_in_refused", false],
  ])("is replaced by the HTTP status if there is none: %i is %s", (status, code, passes) => {
    expect(entraError(api, [], status).problem).toMatchObject({ code, passes, vendorCode: null });
  });

  it("has a message and a remedy, whatever the number and the status", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { maxLength: 3 }),
        fc.integer({ min: 300, max: 599 }),
        (numbers, status) => {
          expect(faultsOf(entraError(api, numbers, status).problem)).toEqual([]);
        },
      ),
    );
  });
});

describe("the numbers of an answer of Entra ID", () => {
  it.each<[Record<string, unknown>, number[]]>([
    [{ error_codes: [7000215], error_description: "AADSTS50057: x" }, [7000215]],
    [{ error_codes: ["7000215"] }, [7000215]],
    [{ error_codes: 50057 }, [50057]],
    [{ error_description: "AADSTS50057: The user account is disabled." }, [50057]],
    [{ error_codes: [], error_description: "AADSTS53003: x" }, [53003]],
    [{ error_codes: ["AADSTS50076", " aadsts53003 "] }, [50076, 53003]],
    [{ error_description: "aadsts53003: Blocked" }, [53003]],
    [{ error_description: "See AADSTS53003" }, []],
    [{ error_codes: ["x", null], error_description: 5 }, []],
  ])("of %j are %j", (body, numbers) => {
    expect(numbersIn(body)).toEqual(numbers);
  });
});
