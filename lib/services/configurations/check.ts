import { recordProblem, recordVerified } from "#db/queries/configuration-health.ts";
import { getConfiguration, putPollTarget } from "#db/queries/configurations.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "../context.ts";
import { openCredential } from "../credentials.ts";
import { failureOf, type StepEvent, verifySubscription } from "./verify.ts";

/** What "Check again" streams: the steps, then whether all gates passed. */
export type CheckEvent =
  | StepEvent
  | { type: "checked" }
  | { type: "failed"; message: string; maybeDelay: boolean; reference: string };

const gone = () =>
  new ServiceError("not_found", "This configuration isn't here any more. Go back to the list.");

/**
 * Checks a saved configuration with the real calls and fresh tokens, keeps what it found out, and makes an
 * enabled one due now. A failure becomes the configuration's problem, unless the secret was replaced
 * meanwhile. Throws ServiceError.
 */
export async function* checkConfiguration(
  ctx: Context,
  rawId: unknown,
  signal: AbortSignal,
): AsyncGenerator<CheckEvent, void, void> {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, gone);
  const { organisationId } = ctx.actor;
  const { configuration, revision, credential } = await inOwnOrganisation(ctx, async (tx) => {
    const found = await getConfiguration(tx, organisationId, id);
    if (!found) throw gone();
    return {
      configuration: found.configuration,
      revision: found.credential.revision,
      credential: await openCredential(ctx.services, tx, found.credential),
    };
  });
  const target = { credential, subscriptionId: configuration.subscriptionId };
  const outcome = yield* verifySubscription(ctx, configuration.vendor, target, signal);
  const now = ctx.services.now();
  await inOwnOrganisation(ctx, async (tx) => {
    const stands = await getConfiguration(tx, organisationId, id);
    if (outcome.passed && stands && !stands.configuration.disabledAt)
      await putPollTarget(tx, organisationId, id);
    if (outcome.passed) await recordVerified(tx, organisationId, id, now, outcome.facts);
    else if (outcome.problem) await recordProblem(tx, organisationId, id, revision, now, outcome.problem);
  });
  yield outcome.passed ? { type: "checked" } : { type: "failed", ...failureOf(ctx, outcome) };
}
