import { createHttpHeaders, createPipelineRequest, type SendRequest } from "@azure/core-rest-pipeline";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VendorError } from "../problem.ts";
import { guardPolicy } from "../shared/microsoft-entra/guard.ts";
import { resourceManager } from "./api.ts";
import { armAddress } from "./arm-address.ts";

const endpoint = "https://management.azure.com";
const subscription = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";
const tokens = { token: async () => "our-token", renew: async () => null };
const guard = guardPolicy({
  api: resourceManager,
  tokens,
  signal: new AbortController().signal,
  prepare: (address) => armAddress(address, endpoint, subscription),
});

/**
 * Sends a request to this address through the guard. Returns the requests that were sent with our token, and the code of
 * the problem if there was one.
 */
async function attempt(address: string) {
  const sent: { url: string; authorization: string | undefined }[] = [];
  const next: SendRequest = async (request) => {
    sent.push({ url: request.url, authorization: request.headers.get("authorization") });
    return { request, status: 204, headers: createHttpHeaders() };
  };
  const problem = await guard.sendRequest(createPipelineRequest({ url: address }), next).then(
    () => null,
    (error: VendorError) => error.problem.code,
  );
  return { sent, problem };
}
const refused = { sent: [], problem: "untrusted_link" };

describe("an address that gets our token", () => {
  it.each([
    `${endpoint}/subscriptions/${subscription}/providers/Microsoft.Security/alerts?api-version=x&$skiptoken=50`,
    `${endpoint}/SUBSCRIPTIONS/${subscription.toUpperCase()}/providers/Microsoft.Security/alerts`,
    `HTTPS://MANAGEMENT.AZURE.COM:443/subscriptions/${subscription}/x`,
    `${endpoint}/subscriptions/${subscription}?api-version=2022-12-01`,
  ])("is %s", async (address) => {
    const sent = [{ url: expect.any(String), authorization: "Bearer our-token" }];
    expect(await attempt(address)).toEqual({ sent, problem: null });
  });

  it.each([
    `http://management.azure.com/subscriptions/${subscription}/x`,
    `https://evil.example/subscriptions/${subscription}/x`,
    `https://management.azure.com@evil.example/subscriptions/${subscription}/x`,
    `https://user:pass@management.azure.com/subscriptions/${subscription}/x`,
    `https://management.azure.com%2eevil.example/subscriptions/${subscription}/x`,
    `https://management.azure.com.evil.example/subscriptions/${subscription}/x`,
    `https://management.azure.com./subscriptions/${subscription}/x`,
    `https://management.azure.com:8443/subscriptions/${subscription}/x`,
    `//evil.example/subscriptions/${subscription}/x`,
    `/subscriptions/${subscription}/x`,
    `${endpoint}/subscriptions/22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02/x`,
    `${endpoint}/subscriptions/${subscription}0/x`,
    `${endpoint}/subscriptions/${subscription}/../22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02/x`,
    `${endpoint}/subscriptions/${subscription}/%2e%2e/22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02/x`,
    `${endpoint}/tenants?x=/subscriptions/${subscription}/`,
    `${endpoint}/x#/subscriptions/${subscription}/`,
    `${endpoint}/`,
    "https://169.254.169.254/metadata",
    "file:///etc/passwd",
    "not an address",
    "",
  ])("is not %s", async (address) => {
    expect(await attempt(address)).toEqual(refused);
  });

  it("is never at another origin, whatever the address", async () => {
    const start = fc.constantFrom(
      endpoint,
      `${endpoint}@`,
      `${endpoint}.`,
      `${endpoint}:`,
      "https://",
      "//",
      "",
    );
    await fc.assert(
      fc.asyncProperty(start, fc.oneof(fc.string(), fc.webUrl(), fc.domain()), async (head, tail) => {
        const { sent, problem } = await attempt(`${head}${tail}/subscriptions/${subscription}/x`);
        expect(sent.every(({ url }) => new URL(url).origin === endpoint)).toBe(true);
        expect(problem).toBe(sent.length === 0 ? refused.problem : null);
      }),
      { numRuns: 2_000 },
    );
  });
});
