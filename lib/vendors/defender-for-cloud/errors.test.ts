import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VendorCredential } from "../credential.ts";
import { problemFaults } from "#test/problem-faults.ts";
import type { VendorProblem } from "../problem.ts";
import { problemFor } from "./api.ts";
import { armTable } from "./arm-errors.ts";
import { armError, azureError } from "./errors.ts";
import { manifest } from "./manifest.ts";

const faultsOf = (problem: VendorProblem) => problemFaults(problem, manifest);

describe("an error code of Resource Manager", () => {
  it.each(Object.keys(armTable))("has a message and a remedy: %s", (code) => {
    const { problem } = armError(400, code, { requestId: "r-1" });
    expect(faultsOf(problem)).toEqual([]);
    expect(problem).toMatchObject({ vendorCode: code, requestId: "r-1", ...armTable[code] });
  });

  it.each([
    [403, "AuthorizationFailed", false, "role_missing"],
    [403, "RequestDisallowedByPolicy", false, "role_missing"],
    [403, "", false, "role_missing"],
    [403, "AuthorizationFailed", true, "role_missing_write"],
    [403, "Anything", true, "role_missing_write"],
    [404, "SubscriptionNotFound", false, "subscription_not_found"],
    [404, "Subscription Not Registered", false, "not_registered"],
    [404, "ResourceNotFound", false, "alert_not_found"],
    [401, "InvalidAuthenticationTokenTenant", false, "wrong_tenant"],
    [401, "ExpiredAuthenticationToken", false, "token_refused"],
    [401, "InvalidAuthenticationToken", false, "token_refused"],
    [429, "SubscriptionRequestsThrottled", false, "throttled"],
    [500, "InternalServerError", false, "server_error"],
    [503, "", false, "server_error"],
    [409, "Conflict", true, "refused"],
    [400, "BadRequest", true, "refused"],
    [400, "constructor", false, "refused"],
    [400, "__proto__", false, "refused"],
  ])("maps %i %s (write: %s) to %s", (status, code, write, ours) => {
    const { problem } = armError(status, code, { purpose: write ? "write" : "read" });
    expect(faultsOf(problem)).toEqual([]);
    expect(problem).toMatchObject({ code: ours, vendorCode: code || String(status) });
  });

  it("allows a retry only if it may help", () => {
    const passes = (status: number, code: string) => armError(status, code).problem.passes;
    expect([passes(429, ""), passes(500, ""), passes(401, "ExpiredAuthenticationToken")]).toEqual([
      true,
      true,
      true,
    ]);
    // a new token never helps against the wrong directory
    expect([
      passes(401, "InvalidAuthenticationTokenTenant"),
      passes(403, "AuthorizationFailed"),
      passes(404, "SubscriptionNotFound"),
      passes(409, "Conflict"),
    ]).toEqual([false, false, false, false]);
  });

  it("has a message and a remedy, whatever the code and the status", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 300, max: 599 }), fc.boolean(), (code, status, write) => {
        expect(faultsOf(armError(status, code, { purpose: write ? "write" : "read" }).problem)).toEqual([]);
      }),
    );
  });
});

describe("a problem of a person's own account", () => {
  const person: VendorCredential = {
    kind: "person",
    application: {},
    tokens: { key: "any", update: () => Promise.reject(new Error("must not be called")) },
  };
  /** Rewords an error for the person, and returns the new error's `concerns` and flags. */
  const flags = ({ problem }: { problem: VendorProblem }) => {
    const { concerns, passes, refuses, needsSignIn } = problemFor(person, problem);
    const set = Object.entries({ passes, refuses, needsSignIn }).flatMap(([name, is]) => (is ? [name] : []));
    return [concerns, ...set].join(" ");
  };

  it.each([
    [armError(403, "AuthorizationFailed"), "person refuses"],
    [armError(404, "SubscriptionNotFound"), "person refuses"],
    [armError(404, "Subscription Not Registered"), "person refuses"],
    [armError(403, "", { purpose: "write" }), "alert refuses"],
    [armError(404, ""), "alert"],
    [armError(409, "Conflict", { purpose: "write" }), "alert"],
    [armError(401, "InvalidAuthenticationToken"), "person needsSignIn"],
    [armError(401, "InvalidAuthenticationTokenTenant"), "person needsSignIn"],
    [armError(429, ""), "person passes"],
    [armError(503, ""), "vendor passes"],
    [azureError("network"), "vendor passes"],
    [azureError("timeout"), "vendor passes"],
    [azureError("not_json"), "vendor passes"],
    [azureError("untrusted_link"), "vendor"],
    [azureError("too_large"), "vendor"],
  ] as const)("has the right flags: %s, %s", (error, expected) => {
    expect(flags(error)).toBe(expected);
  });
});

describe("a problem without an error code of Azure's", () => {
  it.each([
    "throttled",
    "server_error",
    "timeout",
    "network",
    "not_json",
    "untrusted_link",
    "too_large",
    "refused",
  ] as const)("has a message and a remedy: %s", (name) => {
    expect(faultsOf(azureError(name).problem)).toEqual([]);
  });

  it("puts only codes into the error's message, which is logged", () => {
    expect(armError(403, "AuthorizationFailed").message).toBe("role_missing (AuthorizationFailed)");
    expect(azureError("network").message).toBe("network");
  });
});
