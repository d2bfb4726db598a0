import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTrustedAddress } from "./guard.ts";
import { retryAfterMs } from "./retry-after.ts";

const endpoint = "https://management.azure.com";
const subscription = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";
const trusted = (address: string) => isTrustedAddress(address, endpoint, subscription);

describe("an address that gets our token", () => {
  it.each([
    `${endpoint}/subscriptions/${subscription}/providers/Microsoft.Security/alerts?api-version=x&$skiptoken=50`,
    `${endpoint}/SUBSCRIPTIONS/${subscription.toUpperCase()}/providers/Microsoft.Security/alerts`,
    `HTTPS://MANAGEMENT.AZURE.COM:443/subscriptions/${subscription}/x`,
    `${endpoint}/subscriptions/${subscription}?api-version=2022-12-01`,
  ])("is %s", (address) => {
    expect(trusted(address)).toBe(true);
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
  ])("is not %s", (address) => {
    expect(trusted(address)).toBe(false);
  });

  it("is never at another origin, whatever the text", () => {
    const start = fc.constantFrom(
      endpoint,
      `${endpoint}@`,
      `${endpoint}.`,
      `${endpoint}:`,
      "https://",
      "//",
      "",
    );
    fc.assert(
      fc.property(start, fc.oneof(fc.string(), fc.webUrl(), fc.domain()), (head, tail) => {
        const address = `${head}${tail}/subscriptions/${subscription}/x`;
        expect(!trusted(address) || new URL(address).origin === endpoint).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-03-04T05:06:07Z");

  it.each([
    ["10", 10_000],
    [" 7 ", 7_000],
    ["0", 0],
    ["86400", 3_600_000],
    ["9".repeat(400), 3_600_000],
    ["Wed, 04 Mar 2026 05:06:37 GMT", 30_000],
    ["Wed, 04 Mar 2026 05:00:00 GMT", 0],
    ["Thu, 05 Mar 2026 05:06:07 GMT", 3_600_000],
    ["soon", null],
    ["", null],
    ["1e3", null],
  ])("%j is %j ms", (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });

  it("never asks for less than nothing or more than an hour", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.integer().map(String), fc.date({ noInvalidDate: true }).map(String)),
        (header) => {
          const ms = retryAfterMs(header, now) ?? 0;
          expect(ms).toBeGreaterThanOrEqual(0);
          expect(ms).toBeLessThanOrEqual(3_600_000);
        },
      ),
    );
  });
});
