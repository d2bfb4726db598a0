import { registry } from "#lib/vendors/registry.ts";
import { defenderForCloud } from "./defender-for-cloud.ts";
import type { VendorFixture } from "./fixture.ts";
import { paperLedger } from "./paper-ledger.ts";

/** The fixtures of every vendor in the registry, and of the paper vendor. */
export const fixtures: readonly VendorFixture[] = [defenderForCloud, paperLedger];

for (const { manifest } of registry)
  if (!fixtures.some(({ vendor }) => vendor.manifest.id === manifest.id))
    throw new Error(`${manifest.id} has no fixture: see lib/vendors/README.md`);

/** Every fixture with its vendor's id, for `describe.each`. */
export const byId = fixtures.map((fixture): [string, VendorFixture] => [fixture.vendor.manifest.id, fixture]);
