import type { Transaction } from "#db/client.ts";
import type { getConfiguration } from "#db/queries/sources/configurations.ts";
import { type AccountRow, getAccount } from "#db/queries/sources/accounts.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import { VendorError, type VendorProblem } from "#lib/vendors/problem.ts";
import type { Services } from "#lib/core/context.ts";
import { openOrNull, sealedProblem } from "#lib/core/sealing.ts";
import { accountsPage, wordsFor } from "#lib/core/vendors.ts";
import { personCredential, signInNeeded } from "./tokens.ts";

type Found = NonNullable<Awaited<ReturnType<typeof getConfiguration>>>;
type Writer =
  | { credential: VendorCredential }
  | { credential: VendorCredential; account: AccountRow }
  | { problem: VendorProblem };

/**
 * Returns the credential that sends a person's status change: the application's credential, or the person's own
 * account. Returns a problem if it can't be used.
 */
export async function writerOf(
  services: Services,
  tx: Transaction,
  { configuration, credential }: Found,
  userId: string | null,
): Promise<Writer> {
  if (configuration.writeAs === "application") {
    const opened = await openOrNull(services, tx, credential);
    return opened ? { credential: opened } : { problem: sealedProblem };
  }
  const account = userId && (await getAccount(tx, configuration.organisationId, configuration.id, userId));
  if (!account) return { problem: reconnectNeeded(services, configuration, "was disconnected") };
  if (account.signInNeeded)
    return { problem: reconnectNeeded(services, configuration, "has to sign in again") };
  try {
    const signingIn = personCredential(services, account, { configuration, credential });
    return { credential: signingIn, account };
  } catch (error) {
    if (error instanceof VendorError) return { problem: error.problem };
    throw error;
  }
}

/** Returns the problem that tells a person to reconnect their account. `why` completes the sentence "The account …". */
const reconnectNeeded = (
  services: Services,
  configuration: Found["configuration"],
  why: string,
): VendorProblem => ({
  ...signInNeeded(
    `The ${wordsFor(services, configuration).account} of whoever asked for it ${why}, so nothing was sent.`,
  ),
  remedy: `Connect it under ${accountsPage(services)}, then ask for the change once more.`,
});
