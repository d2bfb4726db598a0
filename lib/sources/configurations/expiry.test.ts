import { expect, it } from "vitest";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { Services } from "#lib/core/context.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#test/paper-vendor/registry.ts";
import { lacksExpiry } from "./expiry.ts";

const services = { vendors: openVendors(registry, {}) } as Services;
const lacks = (vendor: string, kind: "secret" | "certificate" | "public", secretExpiresOn: string | null) =>
  lacksExpiry(services, { vendor } as ConfigurationRow, { kind, secretExpiresOn });

it("only a secret without a date lacks it, and only where the vendor's form asks for the date", () => {
  expect(lacks("defender-for-cloud", "secret", null)).toBe(true);
  expect(lacks("defender-for-cloud", "secret", "2031-01-01")).toBe(false);
  expect(lacks("defender-for-cloud", "certificate", null)).toBe(false);
  expect(lacks("defender-for-cloud", "public", null)).toBe(false);
  expect(lacks("paper-ledger", "secret", null)).toBe(false);
});
