import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VendorCredential } from "../credential.ts";
import { problemFaults } from "#test/problem-faults.ts";
import type { VendorProblem } from "../problem.ts";
import { problemFor } from "./api.ts";
import { armTable } from "./arm-errors.ts";
import { armError, azureError, type RequestPurpose } from "./errors.ts";
import { manifest } from "./manifest.ts";

const faultsOf = (problem: VendorProblem) => problemFaults(problem, manifest);

/** Returns a problem's `concerns` and the names of its flags that are set. */
function flagsOf({ concerns, passes, refuses, needsSignIn }: VendorProblem): string {
  const set = Object.entries({ passes, refuses, needsSignIn }).flatMap(([name, is]) => (is ? [name] : []));
  return [concerns, ...set].join(" ");
}

describe("an error code of Resource Manager", () => {
  it.each(Object.keys(armTable))("has a message and a remedy: %s", (code) => {
    const { problem } = armError(400, code, { requestId: "r-1" });
    const { message, ...entry } = armTable[code] ?? { message: "" };
    expect(faultsOf(problem)).toEqual([]);
    expect(problem).toMatchObject({
      vendorCode: code,
      requestId: "r-1",
      ...entry,
      message: `${message} Error code: ${code}.`,
    });
  });

  const role = "AuthorizationFailed";
  type Row = [status: number, code: string, purpose: RequestPurpose, ours: string, flags: string];
  const rows: Row[] = [
    // the only answers about rights
    [403, role, "list", "role_missing", "credential refuses"],
    [403, role, "read", "role_missing", "credential refuses"],
    [403, role, "other", "role_missing", "credential refuses"],
    [403, role, "write", "role_missing_write", "alert refuses"],
    [403, role, "simulate", "samples_refused", "credential"],
    [403, "LinkedAuthorizationFailed", "list", "role_missing", "credential refuses"],
    [403, "DenyAssignmentAuthorizationFailed", "list", "deny_assignment", "credential refuses"],
    [404, "SubscriptionNotFound", "list", "subscription_not_found", "credential refuses"],
    // the same codes with a status that Resource Manager doesn't give them
    [400, role, "list", "refused", "vendor"],
    [400, "SubscriptionNotFound", "list", "refused", "vendor"],
    // what the subscription is, or isn't
    [404, "Subscription Not Registered", "list", "not_registered", "vendor"],
    [409, "MissingSubscriptionRegistration", "list", "not_registered", "vendor"],
    [409, "SubscriptionNotRegistered", "list", "not_registered", "vendor"],
    [409, "InvalidSubscriptionRegistrationState", "list", "not_registered", "vendor"],
    [400, "DisallowedProvider", "list", "provider_not_allowed", "vendor"],
    [400, "InvalidSubscriptionId", "list", "subscription_not_found", "credential"],
    [403, "DisabledSubscription", "list", "subscription_disabled", "vendor"],
    [403, "SubscriptionDisabled", "list", "subscription_disabled", "vendor"],
    [403, "ReadOnlyDisabledSubscription", "write", "subscription_disabled", "alert"],
    [409, "ReadOnlyDisabledSubscription", "write", "subscription_disabled", "alert"],
    [409, "ScopeLocked", "write", "scope_locked", "alert"],
    // what the cloud lacks
    [400, "NoRegisteredProviderFound", "list", "version_not_offered", "vendor"],
    [404, "InvalidResourceType", "list", "version_not_offered", "vendor"],
    [404, "InvalidResourceType", "read", "version_not_offered", "vendor"],
    [404, "InvalidResourceType", "write", "version_not_offered", "alert"],
    [404, "InvalidResourceType", "other", "version_not_offered", "vendor"],
    [404, "InvalidResourceNamespace", "list", "version_not_offered", "vendor"],
    // policies
    [403, "RequestDisallowedByPolicy", "write", "policy_refused", "alert"],
    [403, "RequestDisallowedByPolicy", "list", "policy_refused", "alert"],
    // the token
    [401, "InvalidAuthenticationTokenTenant", "list", "wrong_tenant", "credential"],
    [401, "ExpiredAuthenticationToken", "list", "token_refused", "credential passes"],
    [401, "InvalidAuthenticationToken", "list", "token_refused", "credential passes"],
    [401, "InvalidAuthenticationInfo", "list", "token_refused", "credential passes"],
    // one alert
    [404, "ResourceNotFound", "read", "alert_not_found", "alert"],
    [404, "ResourceNotFound", "write", "alert_not_found", "alert"],
    [404, "AlertNotFound", "read", "alert_not_found", "alert"],
    [404, "EntityNotFound", "read", "alert_not_found", "alert"],
    [404, "NotFound", "write", "alert_not_found", "alert"],
    [404, "ResourceNotFound", "list", "refused", "vendor"],
    [404, "ResourceNotFound", "other", "refused", "vendor"],
    // what passes by itself
    [429, "SubscriptionRequestsThrottled", "list", "throttled", "vendor passes"],
    [429, "TooManyRequests", "write", "throttled", "vendor passes"],
    [429, "", "list", "throttled", "vendor passes"],
    [500, "InternalServerError", "read", "server_error", "vendor passes"],
    [503, "", "list", "server_error", "vendor passes"],
    // whatever the status: a gateway may replace it
    ...[
      "InternalServerError",
      "ServerTimeout",
      "GatewayTimeout",
      "BadGatewayConnection",
      "ServiceUnavailable",
      "ServerBusy",
    ].map((code): Row => [409, code, "list", "server_error", "vendor passes"]),
    [408, "RequestTimeout", "list", "timeout", "vendor passes"],
    // codes that mean the same in a resource provider's own words
    [400, "RequestThrottled", "list", "throttled", "vendor passes"],
    [503, "ThrottlingException", "list", "throttled", "vendor passes"],
    [403, "RateLimitExceeded", "write", "throttled", "vendor passes"],
    [409, "Too_Many_Requests", "list", "throttled", "vendor passes"],
    [400, "Timeout", "list", "timeout", "vendor passes"],
    [504, "RequestTimedOut", "read", "timeout", "vendor passes"],
    [400, "ApiVersionNotSupported", "list", "version_not_offered", "vendor"],
    [423, "Locked", "write", "scope_locked", "alert"],
    [409, "ResourceLocked", "write", "scope_locked", "alert"],
    [403, "RequestDisallowedByAzure", "write", "policy_refused", "alert"],
    [409, "SubscriptionMarkedForDeletion", "list", "subscription_disabled", "vendor"],
    [403, "SubscriptionInGracePeriod", "write", "subscription_disabled", "alert"],
    [400, "InvalidSubscriptionState", "list", "subscription_disabled", "vendor"],
    // a word alone is never about rights
    [403, "AuthorizationTimeoutDenied", "list", "refused", "vendor"],
    [403, "AccessDenied", "list", "refused", "vendor"],
    [403, "SubscriptionNotFound", "list", "refused", "vendor"],
    // without an error code it isn't an answer of Azure's
    [403, "", "list", "not_json", "vendor passes"],
    [403, "", "write", "not_json", "vendor passes"],
    [404, "", "list", "not_json", "vendor passes"],
    [404, "", "read", "not_json", "vendor passes"],
    [401, "", "list", "not_json", "vendor passes"],
    [407, "", "list", "not_json", "vendor passes"],
    [302, "", "list", "not_json", "vendor passes"],
    // all others
    [403, "Anything", "write", "refused", "alert"],
    [403, "Anything", "list", "refused", "vendor"],
    [409, "Conflict", "write", "refused", "alert"],
    [400, "BadRequest", "write", "refused", "alert"],
    [400, "BadRequest", "list", "refused", "vendor"],
    [400, "constructor", "read", "refused", "alert"],
    [400, "__proto__", "read", "refused", "alert"],
    [200, "Failed", "write", "refused", "alert"],
    [200, "", "write", "refused", "alert"],
  ];
  it.each(rows)("has its own meaning: %i %s for %s is %s (%s)", (status, code, purpose, ours, flags) => {
    const { problem } = armError(status, code, { purpose });
    expect(faultsOf(problem)).toEqual([]);
    expect(problem).toMatchObject({
      code: ours,
      vendorCode: code || String(status),
      message: expect.stringContaining(
        code ? `Error code: ${code}.` : `HTTP ${status} without an error code.`,
      ),
    });
    expect(flagsOf(problem)).toBe(flags);
  });

  it("speaks of rights and ids only if the answer does", () => {
    for (const [status, code, purpose] of rows) {
      const { code: ours, refuses, message, remedy } = armError(status, code, { purpose }).problem;
      const aboutRights = ["role_missing", "role_missing_write", "deny_assignment", "samples_refused"];
      if (refuses || aboutRights.includes(ours) || ours === "subscription_not_found") continue;
      expect(`${message} ${remedy}`).not.toMatch(/Security Reader|Security Admin|Assign|Subscription ID/);
    }
  });

  it.each([
    ["MissingSubscriptionRegistration", /az provider register --namespace Microsoft\.Security/],
    ["DisallowedProvider", /subscription of another offer/],
    ["InvalidResourceType", /Check the cloud/],
    ["RequestDisallowedByPolicy", /second factor/],
    ["ScopeLocked", /Locks in the Azure portal/],
    ["ExpiredAuthenticationToken", /clock/],
    ["InvalidAuthenticationToken", /AZURE_AUTHORITY_HOST/],
    ["InvalidAuthenticationTokenTenant", /Use the tenant shown/],
  ])("says what to do: %s", (code, remedy) => {
    expect(armError(409, code, { purpose: "write" }).problem.remedy).toMatch(remedy);
  });

  it("is a policy's if the answer has a claims challenge", () => {
    const challenge = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    for (const code of ["", "InvalidAuthenticationToken"]) {
      const { problem } = armError(401, code, { purpose: "write", challenge });
      expect(problem).toMatchObject({ code: "claims_challenge", challenge, refuses: false });
    }
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
  const flags = ({ problem }: { problem: VendorProblem }) => flagsOf(problemFor(person, problem));

  it.each([
    [armError(403, "AuthorizationFailed"), "person refuses"],
    [armError(404, "SubscriptionNotFound"), "person refuses"],
    [armError(404, "Subscription Not Registered"), "vendor"],
    [armError(409, "MissingSubscriptionRegistration", { purpose: "list" }), "vendor"],
    [armError(404, "InvalidResourceType", { purpose: "list" }), "vendor"],
    [armError(403, "AuthorizationFailed", { purpose: "write" }), "alert refuses"],
    [armError(403, "RequestDisallowedByPolicy", { purpose: "write" }), "alert"],
    [armError(403, "ReadOnlyDisabledSubscription", { purpose: "write" }), "alert"],
    [armError(409, "ScopeLocked", { purpose: "write" }), "alert"],
    [armError(403, "", { purpose: "write" }), "vendor passes"],
    [armError(404, ""), "vendor passes"],
    [armError(401, "", { challenge: "{}" }), "person needsSignIn"],
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

describe("a policy's refusal of a person's change", () => {
  it("asks for a sign-in with the second factor, and shows the code", () => {
    const error = armError(403, "RequestDisallowedByPolicy", { purpose: "write" });
    expect(
      problemFor(
        {
          kind: "person",
          application: {},
          tokens: { key: "any", update: () => Promise.reject(new Error()) },
        },
        error.problem,
      ),
    ).toMatchObject({
      message: expect.stringMatching(/second factor.*Error code: RequestDisallowedByPolicy\.$/),
      remedy: expect.stringMatching(/^Sign in again/),
    });
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
