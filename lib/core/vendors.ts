import { takeVendorTurn } from "#db/queries/sources/vendor-turns.ts";
import type { Json } from "#lib/domain/detection.ts";
import { turnsOf } from "#lib/domain/turns.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { pause } from "#lib/platform/pause.ts";
import type { Vendor, VendorSource } from "#lib/vendors/contract.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import type { VendorCloud, VendorManifest, VendorWords } from "#lib/vendors/manifest.ts";
import { type ProblemEntry, problemOf, VendorError } from "#lib/vendors/problem.ts";
import type { Services } from "./context.ts";

/** What names a vendor and one of its clouds: a configuration, a sign-in, what a form holds. */
type Place = { vendor: string; cloud: string };

/** The vendor that something is of. Throws for one we don't know. */
export const vendorOf = (services: Services, { vendor }: Pick<Place, "vendor">): Vendor =>
  services.vendors.get(vendor);

/** Where people connect and mend their own accounts, as sentences name the page. */
export const accountsPage = ({ account }: VendorWords): string => `Settings > ${account}s`;

/** The vendors as this installation offers them, for pages and forms: JSON only. */
export const offeredManifests = (services: Services): VendorManifest[] =>
  services.vendors.all.map(({ manifest }) => manifest);

const findCloud = (services: Services, place: Place): VendorCloud | undefined =>
  vendorOf(services, place).manifest.clouds.find(({ id }) => id === place.cloud);

/** A cloud that calls go to. Throws VendorError when it isn't offered here: nothing of it may be sent to another. */
export function cloudOf(services: Services, place: Place): VendorCloud {
  const cloud = findCloud(services, place);
  if (!cloud) throw new VendorError(problemOf(notOffered(vendorOf(services, place))));
  return cloud;
}

/** A cloud for what a page says of it; one that isn't offered here any more by its id alone, and without addresses. */
export const shownCloud = (services: Services, place: Place): VendorCloud =>
  findCloud(services, place) ?? { id: place.cloud, label: place.cloud, consoleUrl: "", endpoints: {} };

/** What a vendor's folder is handed for one piece of work that `signal` may end. */
export function vendorIo(services: Services, of: Pick<Place, "vendor">, signal: AbortSignal): VendorIo {
  const { now, log } = services;
  const { manifest } = vendorOf(services, of);
  return {
    now,
    log,
    signal,
    take: async (key, perMinute) => {
      const name = sha256(JSON.stringify([manifest.id, key]));
      const turn = await takeVendorTurn(services.db, name, turnsOf(perMinute), longestLineMs);
      if (!turn.taken) throw new VendorError(tooMuch(manifest.words.product, turn.waitMs));
      if (turn.waitMs > 0) await pause(turn.waitMs, signal);
    },
  };
}

/** who would wait longer comes back later, and holds no place of a worker's meanwhile */
const longestLineMs = 4_000;

const tooMuch = (product: string, waitMs: number) =>
  problemOf(
    {
      code: "throttled",
      concerns: "vendor",
      message: `More is asked of ${product} at once than it takes.`,
      remedy: "It is tried again by itself.",
      passes: true,
    },
    { retryAfterMs: Math.ceil(waitMs) },
  );

/** What a call for a configuration needs, with whatever signs in for it. Throws VendorError as `cloudOf` does. */
export function sourceOf(
  services: Services,
  of: Place & { scopeId: string; connection: Json },
  credential: VendorCredential,
): VendorSource {
  const connection = vendorOf(services, of).connection.parse(of.connection);
  return { credential, scopeId: of.scopeId, connection, cloud: cloudOf(services, of) };
}

function notOffered({ settings }: Vendor): ProblemEntry {
  const names = settings?.names ?? [];
  const listed = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join("");
  const ask = `Ask whoever runs PocketSOC to look at ${listed}, or add the configuration anew.`;
  return {
    code: "cloud_not_offered",
    concerns: "vendor",
    field: "cloud",
    message:
      "This configuration belongs to another cloud than the ones this portal is set up to reach, so nothing is sent to it.",
    remedy: names.length > 0 ? ask : "Add the configuration anew.",
  };
}
