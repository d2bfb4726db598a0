import { takeVendorTurn } from "#db/queries/sources/vendor-turns.ts";
import type { Json } from "#lib/domain/detection.ts";
import { turnsOf } from "#lib/domain/turns.ts";
import { accountsLabel, commonWords, type Words, wordsOf } from "#lib/domain/vendor-words.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { pause } from "#lib/platform/pause.ts";
import type { Vendor, VendorSource } from "#lib/vendors/contract.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import type { VendorCloud, VendorManifest } from "#lib/vendors/manifest.ts";
import { type ProblemEntry, problemOf, VendorError } from "#lib/vendors/problem.ts";
import type { Services } from "./context.ts";

/** Anything that names a vendor and one of its clouds: a configuration, a sign-in, a form's values. */
type Place = { vendor: string; cloud: string };

/** The vendor that a row or a form names. Throws for an unknown vendor. */
export const vendorOf = (services: Services, { vendor }: Pick<Place, "vendor">): Vendor =>
  services.vendors.get(vendor);

/** The manifests of the vendors this installation offers. They are plain JSON, for pages and forms. */
export const offeredManifests = (services: Services): VendorManifest[] =>
  services.vendors.all.map(({ manifest }) => manifest);

/** The words that a vendor uses for its own things. Throws for an unknown vendor. */
export const wordsFor = (services: Services, of: Pick<Place, "vendor">): Words =>
  wordsOf(vendorOf(services, of).manifest.words);

/** The words of every vendor that is offered, by vendor id. */
export const wordsByVendor = (services: Services): Record<string, Words> =>
  Object.fromEntries(offeredManifests(services).map(({ id, words }) => [id, wordsOf(words)]));

/** Words that fit all offered vendors at which people can connect their own accounts. */
export const accountWords = (services: Services): Words =>
  commonWords(offeredManifests(services).flatMap(({ signIn, words }) => (signIn ? [wordsOf(words)] : [])));

/** The page on which people connect their own accounts, as sentences name it. */
export const accountsPage = (services: Services): string =>
  `Settings > ${accountsLabel(accountWords(services))}`;

const findCloud = (services: Services, place: Place): VendorCloud | undefined =>
  vendorOf(services, place).manifest.clouds.find(({ id }) => id === place.cloud);

/**
 * The cloud to send calls to. Throws VendorError when this installation doesn't offer it: nothing may go to another cloud
 * instead.
 */
export function cloudOf(services: Services, place: Place): VendorCloud {
  const cloud = findCloud(services, place);
  if (!cloud) throw new VendorError(problemOf(notOffered(vendorOf(services, place))));
  return cloud;
}

/** The cloud as a page shows it. One that is no longer offered has its id as its label, and no addresses. */
export const shownCloud = (services: Services, place: Place): VendorCloud =>
  findCloud(services, place) ?? { id: place.cloud, label: place.cloud, consoleUrl: "", endpoints: {} };

/** The clock, log, signal and rate limiter that a vendor's code receives for one piece of work. It waits at most `waitMaxMs` for a turn. */
export function vendorIo(
  services: Services,
  of: Pick<Place, "vendor">,
  signal: AbortSignal,
  waitMaxMs = usualWaitMaxMs,
): VendorIo {
  const { now, log } = services;
  const { manifest } = vendorOf(services, of);
  return {
    now,
    log,
    signal,
    take: async (key, perMinute) => {
      const name = sha256(JSON.stringify([manifest.id, key]));
      const turn = await takeVendorTurn(services.db, name, turnsOf(perMinute), waitMaxMs);
      if (!turn.taken) throw new VendorError(throttled(manifest.words.product, turn.waitMs));
      if (turn.waitMs > 0) await pause(turn.waitMs, signal);
    },
  };
}

/** work that would wait longer for its turn fails and is retried later, so that it doesn't occupy a worker */
const usualWaitMaxMs = 4_000;

const throttled = (product: string, waitMs: number) =>
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

/** What a vendor call for a configuration needs, with the credential that signs in. Throws VendorError as `cloudOf` does. */
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
