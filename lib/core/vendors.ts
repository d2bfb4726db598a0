import { takeVendorTurn } from "#db/queries/sources/vendor-turns.ts";
import type { Json } from "#lib/domain/detection.ts";
import { shareOf, turnsOf } from "#lib/domain/turns.ts";
import { accountsLabel, commonWords, type Words, wordsOf } from "#lib/domain/vendor-words.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { pause } from "#lib/platform/pause.ts";
import type { Vendor, VendorSource } from "#lib/vendors/contract.ts";
import type { Application, VendorCredential } from "#lib/vendors/credential.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import type { VendorCloud, VendorManifest } from "#lib/vendors/manifest.ts";
import { type ProblemEntry, problemOf, VendorError } from "#lib/vendors/problem.ts";
import type { Services } from "./context.ts";
import { standInVendor, vendorNotOffered } from "./stand-in-vendor.ts";

/** A vendor and one of its clouds, as a configuration, a sign-in or a form names them. */
type Place = { vendor: string; cloud: string };

const findVendor = (services: Services, { vendor }: Pick<Place, "vendor">): Vendor | undefined =>
  services.vendors.all.find(({ manifest }) => manifest.id === vendor);

/** Whether this installation offers the vendor that a row names. An older version doesn't know the vendors of a newer one. */
export const isOffered = (services: Services, of: Pick<Place, "vendor">): boolean =>
  findVendor(services, of) !== undefined;

/**
 * Returns the vendor that a row or a form names. For an unknown vendor, returns a stand-in that pages can show and that
 * can't do anything.
 */
export const vendorOf = (services: Services, of: Pick<Place, "vendor">): Vendor =>
  findVendor(services, of) ?? standInVendor(of.vendor);

/**
 * Returns the manifests of the vendors that this installation offers. A manifest is plain JSON, so pages and forms can
 * use it.
 */
export const offeredManifests = (services: Services): VendorManifest[] =>
  services.vendors.all.map(({ manifest }) => manifest);

/** Returns the words that a vendor uses for its own things; neutral words for an unknown vendor. */
export const wordsFor = (services: Services, of: Pick<Place, "vendor">): Words =>
  wordsOf(vendorOf(services, of).manifest.words);

/** Returns the words of every vendor that this installation offers, by vendor id. */
export const wordsByVendor = (services: Services): Record<string, Words> =>
  Object.fromEntries(offeredManifests(services).map(({ id, words }) => [id, wordsOf(words)]));

/** Returns words that fit all offered vendors at which people can connect their own accounts. */
export const accountWords = (services: Services): Words =>
  commonWords(offeredManifests(services).flatMap(({ signIn, words }) => (signIn ? [wordsOf(words)] : [])));

/** Returns the name of the page on which people connect their own accounts, such as "Settings > Accounts". */
export const accountsPage = (services: Services): string =>
  `Settings > ${accountsLabel(accountWords(services))}`;

const findCloud = (services: Services, place: Place): VendorCloud | undefined =>
  vendorOf(services, place).manifest.clouds.find(({ id }) => id === place.cloud);

/**
 * Returns the cloud that calls are sent to. Throws VendorError if this installation offers the vendor or the cloud no
 * more, because calls must not go to another one.
 */
export function cloudOf(services: Services, place: Place): VendorCloud {
  const cloud = findCloud(services, place);
  if (cloud) return cloud;
  const vendor = findVendor(services, place);
  throw new VendorError(problemOf(vendor ? cloudNotOffered(vendor) : vendorNotOffered(place.vendor)));
}

/**
 * Returns the cloud for a page to show. A cloud that is no longer offered has its id as its label, and no addresses.
 */
export const shownCloud = (services: Services, place: Place): VendorCloud =>
  findCloud(services, place) ?? { id: place.cloud, label: place.cloud, consoleUrl: "", endpoints: {} };

/**
 * Whether two configurations send an application's secret to the same place. Two vendors do if both have a sign-in that gives
 * the same name to the application's registration, because that name includes the authority's host.
 */
export function sharesSecret(services: Services, a: Place, b: Place, application: Application): boolean {
  if (a.vendor === b.vendor) return a.cloud === b.cloud;
  const [first, second] = [a, b].map((place) => {
    const cloud = findCloud(services, place);
    return cloud && vendorOf(services, place).can.signIn?.name({ application, cloud });
  });
  return first !== undefined && first === second;
}

/**
 * Returns the clock, log, signal and rate limiter that a vendor's code receives for one piece of work. The rate limiter
 * delays a call as the pace says, and throws VendorError if the wait would be longer.
 */
export function vendorIo(
  services: Services,
  of: Pick<Place, "vendor">,
  signal: AbortSignal,
  pace: Pace = usualPace,
): VendorIo {
  const { now, log, egress } = services;
  const { manifest } = vendorOf(services, of);
  return {
    now,
    log,
    signal,
    egress,
    take: async (key, perMinute) => {
      const turns = turnsOf(perMinute);
      const takeTurn = async (name: string[], under: typeof turns) => {
        const hash = sha256(JSON.stringify(name));
        const turn = await takeVendorTurn(services.db, hash, under, pace.waitMaxMs);
        if (!turn.taken) throw new VendorError(throttled(manifest.words.product, turn.waitMs));
        if (turn.waitMs > 0) await pause(turn.waitMs, signal);
      };
      // the wait for the share is over before a turn that all need is reserved
      if (pace.share) {
        const { name, part } = pace.share;
        await takeTurn([manifest.id, key, name], shareOf(turns, part));
      }
      await takeTurn([manifest.id, key], turns);
    },
  };
}

/**
 * How a piece of work shares a vendor's rate limits with other work. `waitMaxMs` is the longest delay of a call under one
 * limit; a call that would wait longer fails and is retried later, so that it doesn't block a worker. With `share`, all work of
 * that name together makes at most that part (above 0, at most 1) of the calls, which leaves the rest to other work.
 */
type Pace = { waitMaxMs: number; share?: { name: string; part: number } };
const usualPace: Pace = { waitMaxMs: 4_000 };
/**
 * The pace of status changes. A change waits longer than a poll, because giving up would waste the calls already made for its
 * snapshots. So that polls get their turns however many changes wait, changes make at most three quarters of the calls.
 */
export const sendPace: Pace = { waitMaxMs: 20_000, share: { name: "send", part: 0.75 } };

const hourMs = 3_600_000;

const throttled = (product: string, waitMs: number) =>
  problemOf(
    {
      code: "throttled",
      concerns: "vendor",
      message: `More is asked of ${product} at once than it takes.`,
      remedy: "PocketSOC tries again by itself.",
      passes: true,
    },
    { retryAfterMs: Math.min(hourMs, Math.ceil(waitMs)) },
  );

/**
 * Returns what a vendor call for a configuration needs, with the credential that signs in. Throws VendorError if the
 * configuration's vendor or cloud isn't offered, or if the vendor can't read the stored connection.
 */
export function sourceOf(
  services: Services,
  of: Place & { scopeId: string; connection: Json },
  credential: VendorCredential,
): VendorSource {
  const cloud = cloudOf(services, of);
  const connection = vendorOf(services, of).connection.safeParse(of.connection);
  if (!connection.success) throw new VendorError(problemOf(configurationOutdated));
  return { credential, scopeId: of.scopeId, connection: connection.data, cloud };
}

const configurationOutdated: ProblemEntry = {
  code: "configuration_outdated",
  concerns: "vendor",
  message: "What is stored of this configuration doesn't fit this version of PocketSOC, so nothing is sent.",
  remedy: "Delete the configuration and add it anew, or ask whoever runs PocketSOC which version is running.",
};

function cloudNotOffered({ settings }: Vendor): ProblemEntry {
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
