import { inOrganisation, type Transaction } from "#db/client.ts";
import type { CredentialRow, getConfiguration } from "#db/queries/sources/configurations.ts";
import { type AccountRow, getTokens, lockTokens, updateTokens } from "#db/queries/sources/accounts.ts";
import type { SealContext } from "#lib/platform/crypto.ts";
import { isLockTimeout } from "#lib/platform/errors.ts";
import { createLimiter } from "#lib/platform/limiter.ts";
import type { TokenStore, VendorCredential } from "#lib/vendors/credential.ts";
import type { VendorWords } from "#lib/domain/vendor-words.ts";
import { type ProblemEntry, problemOf, VendorError, type VendorProblem } from "#lib/vendors/problem.ts";
import type { Services } from "#lib/core/context.ts";
import { openAt, sealAt } from "#lib/core/sealing.ts";
import { cloudOf, vendorOf, wordsFor } from "#lib/core/vendors.ts";

/**
 * Returns the name of the application registration for which tokens are issued. The name is part of what tokens are sealed
 * for. Throws VendorError if the vendor or the cloud isn't offered.
 */
export function registrationOf(
  services: Services,
  place: { vendor: string; cloud: string },
  { application }: Pick<CredentialRow, "application">,
): string {
  const cloud = cloudOf(services, place);
  const { signIn } = vendorOf(services, place).can;
  if (!signIn) throw new Error("people can't connect their own accounts at this vendor");
  return signIn.name({ application, cloud });
}

type Found = Pick<NonNullable<Awaited<ReturnType<typeof getConfiguration>>>, "configuration" | "credential">;
type Owner = Pick<AccountRow, "organisationId" | "userId" | "objectId">;

const place = ({ organisationId, userId, objectId }: Owner, registration: string): SealContext => ({
  purpose: "connection-tokens",
  organisationId,
  rowId: `${userId}|${registration}|${objectId}`,
});

/** Seals the tokens that one application registration got for a person's account. */
export function sealTokens(
  services: Services,
  tx: Transaction,
  owner: Owner,
  registration: string,
  cache: string,
): Promise<Buffer> {
  return sealAt(services, tx, place(owner, registration), cache);
}

/**
 * Returns a credential that signs in with a person's account. Only one process at a time renews the account's tokens.
 * Throws VendorError if the configuration's cloud is no longer offered.
 */
export function personCredential(
  services: Services,
  account: AccountRow,
  { configuration, credential }: Found,
): VendorCredential {
  const { accountId, revision } = account;
  const registration = registrationOf(services, configuration, credential);
  return {
    kind: "person",
    application: credential.application,
    tokens: openTokens(services, configuration, `account ${accountId} ${revision}`, {
      read: async (tx) => {
        const sealed = await getTokens(tx, account);
        if (!sealed) throw new VendorError(signInNeeded("The account was disconnected."));
        const cache = await openAt(services, tx, place(account, registration), sealed);
        if (cache === null)
          throw new VendorError(signInNeeded("The stored sign-in can't be opened any more."));
        return cache;
      },
      write: async (tx, cache) =>
        updateTokens(tx, account, await sealTokens(services, tx, account, registration, cache)),
    }),
  };
}

/**
 * limits the number of concurrent renewals, because each keeps a database connection while it waits for the authority
 */
const inTurn = createLimiter(3);

type StoredTokens = {
  /** reads the token cache; throws VendorError if there is none */
  read: (tx: Transaction) => Promise<string>;
  write: (tx: Transaction, cache: string) => Promise<void>;
};

/** Opens a store of tokens. `key` names the advisory lock that lets only one process at a time update the store. */
export function openTokens(
  services: Services,
  { organisationId, vendor }: { organisationId: string; vendor: string },
  key: string,
  { read, write }: StoredTokens,
): TokenStore {
  return {
    key,
    update: (work) =>
      inTurn(async () => {
        try {
          return await inOrganisation(services.db, organisationId, async (tx) => {
            await lockTokens(tx, key);
            const cache = await read(tx);
            const { cache: next, value } = await work(cache);
            if (next !== cache) await write(tx, next);
            return value;
          });
        } catch (error) {
          // the process that holds the lock is waiting for the authority
          if (isLockTimeout(error))
            throw new VendorError(problemOf(notInTime(wordsFor(services, { vendor }))));
          throw error;
        }
      }),
  };
}

const notInTime = ({ provider }: VendorWords): ProblemEntry => ({
  code: "timeout",
  concerns: "vendor",
  passes: true,
  message: `${provider} did not answer in time.`,
  remedy: "PocketSOC tries again by itself. If it persists, check this server's way to the internet.",
});

/**
 * Returns the problem that tells a person to sign in again. `message` is the reason, such as a disconnected account.
 */
export const signInNeeded = (message: string): VendorProblem =>
  problemOf({
    code: "sign_in_needed",
    concerns: "person",
    needsSignIn: true,
    message,
    remedy: "Sign in again with that account.",
  });
