import { recordProblem, recordVerified } from "#db/queries/sources/configuration-health.ts";
import { getConfiguration, putPollTarget } from "#db/queries/sources/configurations.ts";
import { type AccountRow, getAccount } from "#db/queries/sources/accounts.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import { VendorError } from "#lib/vendors/problem.ts";
import { beginAsk, recordAnswer } from "../accounts/outcome.ts";
import { personCredential } from "../accounts/tokens.ts";
import { actorId, authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { openCredential } from "#lib/core/sealing.ts";
import { accountsPage, wordsFor } from "#lib/core/vendors.ts";
import { keptProblem } from "./health.ts";
import { failureOf, type StepEvent, verifyScope } from "./verify.ts";

/** An event that "Check again" streams: each finished step, then whether the check passed. */
export type CheckEvent =
  | StepEvent
  | { type: "checked" }
  | { type: "failed"; message: string; maybeDelay: boolean; reference: string };

const gone = () =>
  new ServiceError("not_found", "This configuration isn't here any more. Go back to the list.");

/**
 * Checks a saved configuration with real calls to the vendor, and records the result. If the check passes, an enabled
 * configuration is due to be polled now. Throws ServiceError.
 */
export async function* checkConfiguration(
  ctx: Context,
  rawId: unknown,
  signal: AbortSignal,
): AsyncGenerator<CheckEvent, void, void> {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, gone);
  const { organisationId } = ctx.actor;
  const { configuration, revision, credential, own } = await inOwnOrganisation(ctx, async (tx) => {
    const found = await getConfiguration(tx, organisationId, id);
    if (!found) throw gone();
    const own = await getAccount(tx, organisationId, id, actorId(ctx.actor) ?? organisationId);
    const credential =
      found.configuration.readAs === "person"
        ? ownCredential(ctx, found, own)
        : await openCredential(ctx.services, tx, found.credential);
    return { ...found, own, revision: found.credential.revision, credential };
  });
  const asked = await beginAsk(ctx.services);
  const outcome = yield* verifyScope(ctx, configuration, credential, signal);
  const now = ctx.services.now();
  if (configuration.readAs === "person" && own) {
    await recordAnswer(ctx.services, own, outcome.problem, asked);
    if (!outcome.passed) {
      // one person's problem isn't the configuration's: others may still read it
      yield { type: "failed", ...failureOf(ctx, outcome) };
      return;
    }
  }
  await inOwnOrganisation(ctx, async (tx) => {
    const current = await getConfiguration(tx, organisationId, id);
    if (outcome.passed && current && !current.configuration.disabledAt)
      await putPollTarget(tx, organisationId, id);
    if (outcome.passed) await recordVerified(tx, organisationId, id, now, outcome.facts);
    else if (outcome.problem)
      await recordProblem(tx, organisationId, id, revision, now, keptProblem(outcome.problem));
  });
  yield outcome.passed ? { type: "checked" } : { type: "failed", ...failureOf(ctx, outcome) };
}

/**
 * Returns the admin's own account, as the credential for the check of a delegated configuration. Throws ServiceError
 * `conflict` if the account isn't connected.
 */
function ownCredential(
  ctx: Context,
  { configuration, credential }: NonNullable<Awaited<ReturnType<typeof getConfiguration>>>,
  own: AccountRow | undefined,
): VendorCredential {
  if (!own) {
    const { account } = wordsFor(ctx.services, configuration);
    throw new ServiceError(
      "conflict",
      `It is checked with your own ${account}, which isn't connected. Connect it under ${accountsPage(ctx.services)}.`,
    );
  }
  try {
    return personCredential(ctx.services, own, { configuration, credential });
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    throw new ServiceError("conflict", `${error.problem.message} ${error.problem.remedy}`);
  }
}
