import { registry } from "#lib/vendors/registry.ts";
import { defenderForCloud } from "./defender-for-cloud.ts";
import type { VendorFixture } from "./fixture.ts";
import { paperLedger } from "./paper-ledger.ts";

/** One for each vendor of the registry, and the paper vendor's. */
export const fixtures: readonly VendorFixture[] = [defenderForCloud, paperLedger];

for (const { manifest } of registry)
  if (!fixtures.some(({ vendor }) => vendor.manifest.id === manifest.id))
    throw new Error(`${manifest.id} has no fixture: see lib/vendors/README.md`);

/** Each with its id, as `describe.each` names them. */
export const byId = fixtures.map((fixture): [string, VendorFixture] => [fixture.vendor.manifest.id, fixture]);
