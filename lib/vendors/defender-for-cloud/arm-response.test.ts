import { createHttpHeaders, type PipelineResponse } from "@azure/core-rest-pipeline";
import { describe, expect, it } from "vitest";
import { refuseErrorBody, responseError } from "./arm-response.ts";
import type { RequestPurpose } from "./errors.ts";

const answer = (status: number, body: unknown): PipelineResponse => ({
  status,
  bodyAsText: typeof body === "string" ? body : JSON.stringify(body),
  headers: createHttpHeaders(),
  request: { url: "https://management.azure.com/" } as PipelineResponse["request"],
});
const problemOf = (status: number, body: unknown, purpose: RequestPurpose = "list") =>
  responseError(answer(status, body), purpose).problem;

const error = { code: "AuthorizationFailed", message: "m" };

describe("an error of Resource Manager", () => {
  it.each<[string, unknown]>([
    ["as documented", { error }],
    ["without the outer object", error],
    ["with capitals", { Error: { Code: "AuthorizationFailed" } }],
    ["with another case of the code", { error: { code: "authorizationfailed" } }],
    ["with a byte order mark", `\ufeff${JSON.stringify({ error })}`],
    ["as JSON in a text", { error: JSON.stringify(error) }],
    ["as a JSON string", JSON.stringify(JSON.stringify({ error }))],
    ["in a list", [{ error }]],
    ["in odata.error", { "odata.error": error }],
    ["in details only", { error: { details: [error] } }],
    ["in innererror only", { error: { innererror: error } }],
    ["in details below a general code", { error: { code: "Forbidden", details: [error] } }],
    [
      "in innererror below a number",
      { error: { code: "403", innererror: { code: "Error", innererror: error } } },
    ],
  ])("has its code read: %s", (_form, body) => {
    expect(problemOf(403, body)).toMatchObject({ code: "role_missing", refuses: true });
    expect(problemOf(403, body, "write")).toMatchObject({ code: "role_missing_write", refuses: true });
    // with another status the same code says nothing about rights
    for (const status of [200, 400, 500, 502]) expect(problemOf(status, body).refuses).toBe(false);
  });

  it("keeps its own code where that says more than the one inside", () => {
    expect(problemOf(409, { error: { code: "ScopeLocked", details: [error] } }, "write").code).toBe(
      "scope_locked",
    );
    expect(
      problemOf(404, { error: { code: "NotFound", innererror: { code: "SubscriptionNotFound" } } }).code,
    ).toBe("subscription_not_found");
  });

  it.each<[string, unknown]>([
    ["a page that names the code", "<html>AuthorizationFailed</html>"],
    ["nothing", ""],
    ["a message only", { error: { message: "The client does not have authorization" } }],
    ["a word", { error: "AuthorizationFailed" }],
    ["a number", { error: { code: 403 } }],
    ["an alert's text", { value: [{ properties: { code: "AuthorizationFailed" } }] }],
  ])("isn't what holds no code: %s", (_what, body) => {
    for (const status of [403, 502]) {
      expect(problemOf(status, body)).toMatchObject({
        refuses: false,
        passes: true,
        vendorCode: String(status),
      });
    }
  });

  it("that passes may come with any status", () => {
    for (const code of ["TooManyRequests", "SubscriptionRequestsThrottled", "ServerTimeout"])
      for (const status of [200, 400, 403, 409, 429, 503])
        expect(problemOf(status, { error: { code } }, "write")).toMatchObject({
          passes: true,
          refuses: false,
        });
  });
});

describe("an answer with a 2xx status", () => {
  it("is an error if it holds one and nothing else", () => {
    for (const body of [
      { error },
      { Error: error },
      { error: { message: "no" } },
      { error: "failed" },
      { errors: [error] },
      error,
      { statusCode: 500, message: "no" },
      // a body says less about rights than the answer's own status
      { statusCode: 403, code: "AuthorizationFailed", message: "no" },
      { status: 404, error: { code: "SubscriptionNotFound", message: "no" } },
    ])
      expect(() => {
        refuseErrorBody(answer(200, body), "list");
      }).toThrow(expect.objectContaining({ problem: expect.objectContaining({ refuses: false }) }) as Error);
  });

  it("is none if it holds what was asked for", () => {
    for (const body of [
      { value: [], error: null },
      { value: [], error },
      { code: "OK", message: "done" },
      { statusCode: 200, message: "done" },
      { id: "/x", error },
      { value: [] },
      "",
      "[]",
      { error: {} },
    ])
      expect(() => {
        refuseErrorBody(answer(200, body), "list");
      }).not.toThrow();
  });
});
