import { beforeEach, describe, expect, it } from "vitest";
import { openEgress } from "#lib/platform/egress.ts";
import { useEmulator } from "../../../test/emulator.ts";
import { formValues, production, tenantId } from "../../../test/form.ts";
import { all } from "../../../test/steps.ts";
import type { Vendor, VendorSource } from "../contract.ts";
import type { VendorIo } from "../io.ts";
import { openVendors } from "../offer.ts";
import { defenderForCloud } from "./adapter.ts";

const { urls, control } = useEmulator();
let vendor: Vendor;
let source: VendorSource;
const io: VendorIo = {
  now: () => new Date(),
  signal: AbortSignal.timeout(60_000),
  egress: openEgress(null),
  log: () => {},
  take: async () => {},
};

beforeEach(async () => {
  vendor = openVendors([defenderForCloud], {
    AZURE_AUTHORITY_HOST: urls().authorityHost,
    AZURE_RESOURCE_MANAGER_ENDPOINT: urls().armEndpoint,
    AZURE_GRAPH_ENDPOINT: urls().graphEndpoint,
  }).get("defender-for-cloud");
  const [cloud] = vendor.manifest.clouds;
  if (!cloud) throw new Error("no cloud");
  const application = { tenantId, applicationId: formValues.applicationId };
  const credential = { kind: "secret" as const, application, secret: formValues.clientSecret };
  source = { credential, scopeId: production, connection: {}, cloud };
  await control("POST", "/settings", { otherPageSize: 1 });
  await control("POST", "/roles", {
    principal: formValues.applicationId,
    subscriptionId: production,
    roles: ["SecurityReader", "SecurityAdmin"],
  });
});

const step = async (id: string) =>
  (await all(vendor.verify(source, io))).find((found) => found.id === id) ?? null;

/** no fact at all, while {} would match any */
const none = expect.toSatisfy((facts: object) => Object.keys(facts).length === 0);

describe("a list of several pages", () => {
  it("of plans or of role assignments is read to its end", async () => {
    expect(await step("plans")).toMatchObject({
      outcome: "passed",
      facts: { plans: expect.arrayContaining(["VirtualMachines", "StorageAccounts"]) },
    });
    expect(await step("rights")).toMatchObject({
      outcome: "passed",
      facts: { rights: { dismiss: "yes", resolve: "yes" } },
    });
  });

  it("of locations is read to its end", async () => {
    for (const [location, isKnown] of [
      ["centralus", true],
      ["eastus", true],
      ["elsewhere", false],
    ] as const)
      expect(await vendor.can.webhook?.knows(source, { location, alertId: "1" }, io)).toBe(isKnown);
  });

  it("that doesn't say where it goes on, leads in a circle or isn't a list concludes nothing", async () => {
    for (const kind of ["next-link-unreadable", "next-link-loop"]) {
      for (const target of ["permissions", "pricings", "locations", "automations"])
        await control("POST", "/faults", { target, kind, times: 1_000 });
      expect(await step("plans")).toMatchObject({ outcome: "warning", facts: none });
      expect(await step("rights")).toMatchObject({ outcome: "warning", facts: none });
      await expect(vendor.can.rules?.(source, io)).rejects.toMatchObject({
        problem: { code: "list_incomplete", passes: true },
      });
      await expect(
        vendor.can.webhook?.knows(source, { location: "eastus", alertId: "1" }, io),
      ).rejects.toMatchObject({ problem: { code: "list_incomplete" } });
      await control("DELETE", "/faults");
    }
  });
});
