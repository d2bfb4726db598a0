import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { logOptions } from "./log-options.ts";
import { errorForLog } from "./logger.ts";

/** Logs one entry as the portal does, and returns the written line. */
function logged(entry: object): string {
  let line = "";
  pino(logOptions, {
    write: (text: string) => {
      line += text;
    },
  }).info(entry);
  return line;
}

describe("the log", () => {
  it.each([
    "role_missing",
    "sign_in_needed",
    "unexpected",
    "OAUTH_CALLBACK_ERROR",
    "AADSTS50076",
    "ECONNREFUSED",
    "ERR_JWT_EXPIRED",
    "42P01",
    "57014",
    "Subscription Not Registered",
  ])("keeps the code of a problem: %s", (code) => {
    expect(JSON.parse(logged({ event: "poll.failed", code }))).toMatchObject({ code });
    expect(JSON.parse(logged({ event: "x", error: { code, cause: { code } } }))).toMatchObject({
      error: { code, cause: { code } },
    });
  });

  const authorizationCode = "1.AXoAHm1PT1N6jkqbXAwdLj9KWgR3-Ak_0a8B1cD2eF3gH4iJ5kL6mN7oP8qR9sT";
  it.each<[string, object]>([
    ["as code", { code: authorizationCode }],
    ["as code of a request", { params: { code: "abcdef" } }],
    ["as code of a nested request", { error: { query: { code: "abcdef" } } }],
    ["as authorizationCode", { authorizationCode }],
    ["in an address", { url: `https://soc.example/api/azure/callback?code=${authorizationCode}&state=s` }],
    ["in a path", { detail: { path: `/cb?state=s&code=${authorizationCode}` } }],
    ["in an error", { error: errorForLog(new Error(`GET /cb?code=${authorizationCode} failed`)) }],
    ["in a fragment", { detail: [`https://x.example/#code=${authorizationCode}`] }],
  ])("redacts an authorization code %s", (_where, entry) => {
    const line = logged({ event: "x", ...entry });
    expect(line).toContain("[redacted]");
    expect(line).not.toContain(authorizationCode);
    expect(line).not.toContain("abcdef");
  });

  it("redacts values under a secret's name, and nothing else of an address", () => {
    expect(
      logged({ clientSecret: "CANARY", detail: { accessToken: "CANARY", a: { cookie: "CANARY" } } }),
    ).not.toContain("CANARY");
    expect(logged({ url: "https://x.example/?code=abc&page=2" })).toContain("?code=[redacted]&page=2");
    expect(logged({ url: "https://x.example/?barcode=abc" })).toContain("?barcode=abc");
  });
});

describe("an error in the log", () => {
  it("has its message and code also if it is a plain object, as the job queue's are", () => {
    const message = "terminating connection";
    const entry = { message, stack: `Error: ${message}\n at x`, code: "57P01" };
    expect(errorForLog({ ...entry, queue: "clean-up" })).toEqual(entry);
    const failed = "Failed query: select 1\nparams: a-secret";
    const query = { message: failed, stack: `Error: ${failed}\n at x` };
    expect(JSON.stringify(errorForLog(query))).not.toContain("a-secret");
    expect(errorForLog({ count: 1 })).toEqual({ value: "object" });
    expect(errorForLog(null)).toEqual({ value: "object" });
    expect(errorForLog("a-secret")).toEqual({ value: "string" });
  });
});
