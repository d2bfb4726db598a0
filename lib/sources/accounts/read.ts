import type { getConfiguration } from "#db/queries/sources/configurations.ts";
import { inOrganisation } from "#db/client.ts";
import { getAccount, type listAccountsFor } from "#db/queries/sources/accounts.ts";
import type { Words } from "#lib/domain/vendor-words.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import { VendorError, type VendorProblem } from "#lib/vendors/problem.ts";
import type { Services } from "#lib/core/context.ts";
import { accountsPage, cloudOf, sourceOf, vendorIo, vendorOf, wordsFor } from "#lib/core/vendors.ts";
import { beginAsk, problemFrom, recordAnswer } from "./outcome.ts";
import { personCredential, signInNeeded } from "./tokens.ts";

type Found = NonNullable<Awaited<ReturnType<typeof getConfiguration>>>;
type People = Awaited<ReturnType<typeof listAccountsFor>>;
type Person = People[number];

/** how often PocketSOC asks the vendor what each account may see */
export const askEveryMs = 5 * 60_000;
/** in one poll, PocketSOC asks the vendor with at most this many further accounts */
const asksMax = 25;

/**
 * Polls a delegated configuration with one connected account. If the account itself causes a failure, tries the next
 * account. Also asks the vendor what other due accounts may see, and records each answer. Throws VendorError
 * `no_connection` if no account can read.
 */
export async function pollAsSomeone<T>(
  services: Services,
  found: Found,
  people: People,
  signal: AbortSignal,
  read: (credential: VendorCredential) => Promise<T>,
): Promise<T> {
  // first of all: a cloud that isn't offered must not count as one account's own problem
  cloudOf(services, found.configuration);
  const io = vendorIo(services, found.configuration, signal);
  const now = services.now().getTime();
  const usable = people.filter(({ account }) => !account.signInNeeded);
  const isDue = ({ account }: Person) =>
    account.unconfirmedSince !== null ||
    // asked by a clock that was ahead
    account.askedAt.getTime() > now ||
    account.askedAt.getTime() <= now - askEveryMs;
  const granted = usable.filter(({ account }) => account.access === "granted");
  const refused = usable.filter((person) => person.account.access === "refused" && isDue(person));
  const asked = new Set<string>();
  for (const person of [...granted, ...refused]) {
    asked.add(person.account.accountId);
    const answer = await readAs(services, found, person, io, read);
    if (!answer.ok) continue;
    const rest = usable
      .filter((other) => !asked.has(other.account.accountId) && isDue(other))
      .slice(0, asksMax);
    await askAll(services, found, rest, io);
    return answer.value;
  }
  throw new VendorError(noAccount(people, wordsFor(services, found.configuration), accountsPage(services)));
}

/** Whether the account is still connected and the person hasn't signed in with it again since the poll began. */
async function isConnected(services: Services, account: Person["account"]): Promise<boolean> {
  const { organisationId, configurationId, userId, accountId, revision } = account;
  const standing = await inOrganisation(services.db, organisationId, (tx) =>
    getAccount(tx, organisationId, configurationId, userId),
  );
  return standing?.accountId === accountId && standing.revision === revision;
}

/** Reads with one account and records the vendor's answer. Rethrows a failure that the account didn't cause. */
async function readAs<T>(
  services: Services,
  found: Found,
  { account }: Person,
  io: VendorIo,
  read: (credential: VendorCredential) => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false }> {
  const asked = await beginAsk(services);
  try {
    if (!(await isConnected(services, account))) return { ok: false };
    const value = await read(personCredential(services, account, found));
    await recordAnswer(services, account, null, asked);
    return { ok: true, value };
  } catch (error) {
    const problem = problemFrom(error);
    if (!problem || io.signal.aborted) throw error;
    await recordAnswer(services, account, problem);
    services.log("account.failed", {
      accountId: account.accountId,
      code: problem.code,
      vendorCode: problem.vendorCode,
      requestId: problem.requestId,
    });
    if (problem.concerns === "vendor") throw error;
    return { ok: false };
  }
}

async function askAll(services: Services, found: Found, people: People, io: VendorIo): Promise<void> {
  const vendor = vendorOf(services, found.configuration);
  for (const person of people) {
    try {
      await readAs(services, found, person, io, (credential) =>
        vendor.list(sourceOf(services, found.configuration, credential), null, io),
      );
    } catch (error) {
      // the poll itself has succeeded; a later one asks this account again
      if (io.signal.aborted) return;
      if (!problemFrom(error)) throw error;
    }
  }
}

/**
 * Returns the problem of a configuration that no connected account can read. The remedy names the people who can
 * reconnect an account.
 */
function noAccount(people: People, words: Words, page: string): VendorProblem {
  const names = people.map(({ name }) => name);
  const listed =
    names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  const refused = people.length > 0 && people.every(({ account }) => account.access === "refused");
  return {
    ...signInNeeded(""),
    code: "no_connection",
    message: refused
      ? `No connected ${words.account} may read this ${words.scope} any more, so nothing new arrives.`
      : `No connected ${words.account} can read this ${words.scope} now, so nothing new arrives.`,
    remedy:
      names.length === 0
        ? `Anyone of the team with ${words.readRole} on the ${words.scope} can connect their account under ${page}.`
        : `${listed} connected before: one of them can sign in again under ${page}, or anyone else with ${words.readRole} on the ${words.scope}.`,
  };
}
