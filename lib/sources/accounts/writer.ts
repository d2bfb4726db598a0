import type { Transaction } from "#db/client.ts";
import type { getConfiguration } from "#db/queries/sources/configurations.ts";
import { type AccountRow, getAccount } from "#db/queries/sources/accounts.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import { VendorError, type VendorProblem } from "#lib/vendors/problem.ts";
import type { Services } from "#lib/core/context.ts";
import { openOrNull, sealedProblem } from "#lib/core/sealing.ts";
import { personCredential, signInNeeded } from "./tokens.ts";

type Found = NonNullable<Awaited<ReturnType<typeof getConfiguration>>>;
type Writer =
  | { credential: VendorCredential }
  | { credential: VendorCredential; account: AccountRow }
  | { problem: VendorProblem };

/** Who signs in at the vendor for a person's change: the application, or that person's own account; or why nobody. */
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
  if (!account)
    return {
      problem: again("The Azure account of whoever asked for it was disconnected, so nothing was sent."),
    };
  if (account.signInNeeded)
    return {
      problem: again("The Azure account of whoever asked for it has to sign in again, so nothing was sent."),
    };
  try {
    const signingIn = personCredential(services, account, { configuration, credential });
    return { credential: signingIn, account };
  } catch (error) {
    if (error instanceof VendorError) return { problem: error.problem };
    throw error;
  }
}

const again = (message: string): VendorProblem => ({
  ...signInNeeded(message),
  remedy: "Connect it under Settings > Azure accounts, then ask for the change once more.",
});
