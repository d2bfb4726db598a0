import type { Transaction } from "#db/client.ts";
import { lockCredential } from "#db/queries/sources/configuration-deletion.ts";
import { insertConfiguration, insertCredential } from "#db/queries/sources/configuration-writes.ts";
import { putPollTarget } from "#db/queries/sources/configurations.ts";
import { consumeCertificate } from "#db/queries/sources/prepared-certificates.ts";
import { nameWithScope } from "#lib/domain/configuration-name.ts";
import { adoptDeliveries } from "#lib/jobs/jobs.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import type { ConfigurationInput } from "#lib/schemas/configuration.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { actorId, type Context } from "#lib/core/context.ts";
import { sealSecret } from "#lib/core/sealing.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import { keptProblem } from "./health.ts";
import type { Verified } from "./verify.ts";

/**
 * A checked credential, and the result of the check of each scope. `credential` is null if people sign in with their
 * own accounts.
 */
type ToStore = {
  credential: VendorCredential | null;
  /** the revision that an existing credential had when the check began; null for a new credential */
  revision: number | null;
  verified: Verified[];
};

/**
 * Stores one configuration for each checked scope. Stores the credential if it is new. Returns the configurations' ids.
 * Throws ServiceError.
 */
export async function storeVerified(
  ctx: Context,
  tx: Transaction,
  input: ConfigurationInput,
  { credential, revision, verified }: ToStore,
): Promise<string[]> {
  const by = actorId(ctx.actor);
  if (!by) throw new ServiceError("forbidden", "Only a person can add a configuration.");
  const credentialId = input.credentialId ?? newId();
  if (input.credentialId) await refuseReplaced(ctx, tx, input.credentialId, revision);
  else await storeCredential(ctx, tx, credentialId, by, input, credential);
  const ids: string[] = [];
  // one failed check disables all of them
  const disabled = verified.some(({ passed }) => !passed);
  for (const outcome of verified) {
    const displayName = verified.length === 1 ? input.displayName : nameOf(input.displayName, outcome);
    ids.push(await storeOne(ctx, tx, { ...input, displayName, credentialId }, outcome, by, disabled));
  }
  return ids;
}

export const credentialGone = () =>
  new ServiceError("not_found", "That credential is gone. Choose another, or enter a new one.");

async function refuseReplaced(
  ctx: Context,
  tx: Transaction,
  credentialId: string,
  revision: number | null,
): Promise<void> {
  const currentRevision = await lockCredential(tx, ctx.actor.organisationId, credentialId);
  if (currentRevision === null) throw credentialGone();
  if (currentRevision !== revision)
    throw new ServiceError(
      "conflict",
      "The secret of this credential was replaced during the check, so nothing was saved. Save once more.",
    );
}

async function storeCredential(
  ctx: Context,
  tx: Transaction,
  id: string,
  by: string,
  input: ConfigurationInput,
  credential: VendorCredential | null,
): Promise<void> {
  const { organisationId } = ctx.actor;
  const { services } = ctx;
  const { authority } = vendorOf(services, input).manifest;
  const row = {
    organisationId,
    id,
    authority,
    application: input.application,
    secretSetAt: services.now(),
    secretSetBy: by,
  };
  if (credential?.kind === "secret") {
    const { secret } = credential;
    await insertCredential(tx, {
      ...row,
      kind: "secret",
      secretSealed: await sealSecret(services, tx, organisationId, id, secret),
      secretHint: secret.slice(0, 3),
      secretExpiresOn: input.secretExpiresOn,
    });
  } else if (credential?.kind === "certificate" && input.certificateId) {
    const taken = await consumeCertificate(tx, organisationId, input.certificateId);
    if (!taken)
      throw new ServiceError(
        "conflict",
        "The certificate was used or taken away meanwhile, so nothing was saved. Make another.",
      );
    await insertCredential(tx, {
      ...row,
      kind: "certificate",
      secretSealed: await sealSecret(services, tx, organisationId, id, credential.privateKey),
      secretHint: taken.thumbprint.slice(0, 8),
      certificate: taken.certificate,
      secretExpiresOn: taken.expiresOn,
    });
  } else await insertCredential(tx, { ...row, kind: "public", secretHint: "" });
}

async function storeOne(
  ctx: Context,
  tx: Transaction,
  input: ConfigurationInput & { credentialId: string },
  outcome: Verified,
  by: string,
  disabled: boolean,
): Promise<string> {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const id = newId();
  const { vendor, displayName, credentialId, authType, readAs, writeAs, cloud } = input;
  const { environment, notifyAbout, pollIntervalSeconds } = input;
  const { scopeId } = outcome;
  const stored = await insertConfiguration(tx, {
    organisationId,
    id,
    vendor,
    displayName,
    authType,
    readAs,
    writeAs,
    credentialId,
    cloud,
    scopeId,
    connection: input.connection,
    environment,
    notifyAbout,
    pollIntervalSeconds,
    disabledAt: disabled ? now : null,
    facts: outcome.facts,
    verifiedAt: outcome.passed ? now : null,
    ...problemColumns(outcome, now),
    createdBy: by,
  });
  if (!stored)
    throw new ServiceError(
      "conflict",
      `Someone saved this ${vendorOf(ctx.services, input).manifest.words.scope} a moment ago. Nothing was saved twice; see the list.`,
    );
  if (!disabled) {
    await putPollTarget(tx, organisationId, id);
    await ctx.services.jobs.enqueue(tx, adoptDeliveries, { organisationId, vendor, scopeId });
  }
  const subject = { kind: "configuration", id };
  const detail = {
    displayName,
    scopeId,
    credentialId,
    disabled,
    authType,
    writeAs,
    environment,
    notifyAbout,
  };
  await recordAudit(ctx, tx, "configuration.created", subject, detail);
  return id;
}

function problemColumns({ passed, problem: found }: Verified, now: Date) {
  const problem = found && keptProblem(found);
  return {
    problemCode: problem?.code ?? null,
    problemMessage: problem?.message ?? null,
    problemRemedy: problem?.remedy ?? null,
    problemSince: passed ? null : now,
    problemPasses: problem?.passes ?? false,
  };
}

function nameOf(displayName: string, { facts, scopeId }: Verified): string {
  const name = typeof facts.scopeName === "string" ? facts.scopeName : null;
  return nameWithScope(displayName, { id: scopeId, name });
}
