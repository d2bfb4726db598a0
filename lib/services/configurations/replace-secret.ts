import { recordVerified } from "#db/queries/configuration-health.ts";
import { replaceSecretRow } from "#db/queries/configuration-writes.ts";
import { getCredential, listConfigurations, putPollTarget } from "#db/queries/configurations.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { fieldMessages, ReplaceSecretInput } from "#lib/schemas/configuration.ts";
import { getVendor } from "#lib/vendors/registry.ts";
import { recordAudit } from "../audit/record.ts";
import { actorId, authorise, type Context, idOf, inOwnOrganisation, reauthorise } from "../context.ts";
import { openOrNull, sealSecret } from "../credentials.ts";
import { refuseAbandoned } from "./abandon.ts";
import { failureOf, type StepEvent, type Verified, verifySubscription } from "./verify.ts";

/** What Replace streams: every configuration's steps, then one last word. */
export type ReplaceEvent =
  | StepEvent
  | { type: "verified" }
  | { type: "replaced"; oldHint: string; secretsUrl: string }
  | { type: "invalid"; message: string; fields: Record<string, string> }
  | { type: "failed"; message: string; maybeDelay: boolean; reference: string };

const gone = () => new ServiceError("not_found", "This credential isn't here any more. Go back to the list.");

/**
 * Proves a new secret with every configuration that shares the credential, then switches them all in one
 * transaction. Nothing changes when an enabled one fails (or, with none enabled, all of them), when someone
 * else replaced it meanwhile, when the page was left (`abandonRun`), or when `signal` aborts. Throws ServiceError.
 */
export async function* replaceSecret(
  ctx: Context,
  rawId: unknown,
  rawInput: unknown,
  signal: AbortSignal,
  runId?: unknown,
): AsyncGenerator<ReplaceEvent, void, void> {
  authorise(ctx, "settings.manage");
  const credentialId = idOf(rawId, gone);
  const parsed = ReplaceSecretInput.safeParse(rawInput);
  if (!parsed.success) {
    const fields = fieldMessages(parsed.error);
    yield { type: "invalid", message: "Some fields need another look.", fields };
    return;
  }
  const { clientSecret, secretExpiresOn } = parsed.data;
  const { row, sharing, held } = await load(ctx, credentialId);
  if (held?.clientSecret === clientSecret) {
    const message = "This is the secret in use already. Create another one in Azure first.";
    yield { type: "invalid", message, fields: { clientSecret: message } };
    return;
  }
  const credential = { tenantId: row.tenantId, applicationId: row.applicationId, clientSecret };
  const verified: Verified[] = [];
  for (const { configuration } of sharing) {
    const target = { credential, subscriptionId: configuration.subscriptionId };
    const outcome = yield* verifySubscription(ctx, configuration.vendor, target, signal);
    verified.push(outcome);
    if (!outcome.passed && !configuration.disabledAt) {
      yield { type: "failed", ...failureOf(ctx, outcome) };
      return;
    }
  }
  const [failed] = verified;
  if (failed && verified.every((one) => !one.passed)) {
    yield { type: "failed", ...failureOf(ctx, failed) };
    return;
  }
  if (signal.aborted) return;
  yield { type: "verified" };
  if (signal.aborted) return;
  await switchAll(ctx, row, sharing, verified, clientSecret, secretExpiresOn, runId);
  const secretsUrl = getVendor(row.vendor).links.secrets(row.applicationId, ctx.services.azure.portalUrl);
  yield { type: "replaced", oldHint: row.secretHint, secretsUrl };
}

type Loaded = Awaited<ReturnType<typeof load>>;

function load(ctx: Context, credentialId: string) {
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const row = await getCredential(tx, organisationId, credentialId);
    if (!row) throw gone();
    const all = await listConfigurations(tx, organisationId);
    // a secret that the keyring can't open any more is what Replace is for
    const held = await openOrNull(ctx.services, tx, row);
    return { row, sharing: all.filter((one) => one.credential.id === credentialId), held };
  });
}

async function switchAll(
  ctx: Context,
  row: Loaded["row"],
  sharing: Loaded["sharing"],
  verified: Verified[],
  secret: string,
  secretExpiresOn: string | null,
  runId: unknown,
): Promise<void> {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const by = actorId(ctx.actor);
  if (!by) throw new ServiceError("forbidden", "Only a person can replace a secret.");
  await inOwnOrganisation(ctx, async (tx) => {
    await reauthorise(ctx, tx, "settings.manage");
    await refuseAbandoned(ctx, tx, runId);
    const standing = await listConfigurations(tx, organisationId);
    const joined = standing.filter((one) => one.credential.id === row.id);
    if (joined.some((one) => !sharing.some((known) => known.configuration.id === one.configuration.id)))
      throw new ServiceError(
        "conflict",
        "Another configuration began to use this credential during the check, so nothing was changed. Check and replace once more.",
      );
    for (const { configuration } of joined) {
      const passed = verified.some(
        (one) => one.passed && one.subscriptionId === configuration.subscriptionId,
      );
      if (passed && !configuration.disabledAt) await putPollTarget(tx, organisationId, configuration.id);
    }
    const replaced = await replaceSecretRow(tx, organisationId, row.id, row.revision, {
      secretSealed: await sealSecret(ctx.services, tx, organisationId, row.id, secret),
      secretHint: secret.slice(0, 3),
      secretExpiresOn,
      secretSetAt: now,
      secretSetBy: by,
    });
    if (!replaced)
      throw new ServiceError(
        "conflict",
        "Someone replaced this secret a moment ago, so yours was not saved. Reload the page to see theirs.",
      );
    for (const { configuration } of sharing) {
      const outcome = verified.find((one) => one.subscriptionId === configuration.subscriptionId);
      if (outcome?.passed) await recordVerified(tx, organisationId, configuration.id, now, outcome.facts);
    }
    await recordAudit(
      ctx,
      tx,
      "credential.secret_replaced",
      { kind: "credential", id: row.id },
      {
        applicationId: row.applicationId,
        startedWith: row.secretHint,
        startsWith: secret.slice(0, 3),
        configurations: sharing.map(({ configuration }) => configuration.displayName),
      },
    );
  });
}
