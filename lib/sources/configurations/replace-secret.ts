import type { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { recordVerified } from "#db/queries/sources/configuration-health.ts";
import { replaceSecretRow } from "#db/queries/sources/configuration-writes.ts";
import { getCredential, listConfigurations, putPollTarget } from "#db/queries/sources/configurations.ts";
import { consumeCertificate } from "#db/queries/sources/prepared-certificates.ts";
import { newExpiryProblem } from "#lib/domain/expiry.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { fieldMessages, replaceSecretInput } from "#lib/schemas/configuration.ts";
import { fieldsToFix } from "#lib/schemas/fields-to-fix.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { certificateGone, openCertificate } from "../certificates/open.ts";
import { actorId, authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { reauthorise } from "#lib/core/requester.ts";
import { openOrNull, sealSecret } from "#lib/core/sealing.ts";
import { shownCloud, vendorOf } from "#lib/core/vendors.ts";
import { refuseAbandoned } from "./abandon.ts";
import { secretExpiryOf } from "./secret-expiry.ts";
import { failureOf, type StepEvent, type Verified, verifyScope } from "./verify.ts";

/** An event that `replaceSecret` yields: the finished steps of every configuration, then one final event. */
export type ReplaceEvent =
  | StepEvent
  | { type: "verified" }
  | { type: "replaced"; oldHint: string; secretsUrl: string | null }
  | { type: "invalid"; message: string; fields: Record<string, string> }
  | { type: "failed"; message: string; maybeDelay: boolean; reference: string };

const gone = () => new ServiceError("not_found", "This credential isn't here any more. Go back to the list.");

/**
 * Checks a new secret or certificate with every configuration that shares the credential, then replaces the old one in
 * one transaction. Changes nothing if an enabled configuration fails, if all fail, if someone else replaced the old one
 * meanwhile, or if the person left the page. Throws ServiceError.
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
  const { row, sharing, current, manifest } = await load(ctx, credentialId);
  const parsed = replaceSecretInput(manifest).safeParse(rawInput);
  if (!parsed.success) {
    const fields = fieldMessages(parsed.error);
    yield { type: "invalid", message: fieldsToFix(Object.keys(fields).length), fields };
    return;
  }
  const past =
    "secretExpiresOn" in parsed.data
      ? newExpiryProblem(parsed.data.secretExpiresOn, ctx.services.now())
      : null;
  if (past) {
    yield { type: "invalid", message: fieldsToFix(1), fields: { secretExpiresOn: past } };
    return;
  }
  const credential = await credentialOf(ctx, row, parsed.data);
  if (current?.kind === "secret" && credential.kind === "secret" && current.secret === credential.secret) {
    const message = `This is the secret in use already. Create another one in ${manifest.words.provider} first.`;
    yield { type: "invalid", message, fields: { secret: message } };
    return;
  }
  const verified = new Map<string, Verified>();
  for (const { configuration } of sharing) {
    const outcome = yield* verifyScope(ctx, configuration, credential, signal);
    verified.set(configuration.id, outcome);
    if (!outcome.passed && !configuration.disabledAt) {
      yield { type: "failed", ...failureOf(ctx, outcome) };
      return;
    }
  }
  const [failed] = verified.values();
  if (failed && [...verified.values()].every(({ passed }) => !passed)) {
    yield { type: "failed", ...failureOf(ctx, failed) };
    return;
  }
  const proof = { ...parsed.data, credential };
  const [first] = sharing;
  if (first && "secretExpiresOn" in proof)
    proof.secretExpiresOn = await secretExpiryOf(ctx.services, first.configuration, credential, {
      typed: proof.secretExpiresOn,
      signal,
    });
  if (signal.aborted) return;
  yield { type: "verified" };
  if (signal.aborted) return;
  await switchAll(ctx, { row, sharing, verified, proof, runId });
  yield { type: "replaced", oldHint: row.secretHint, secretsUrl: secretsUrlOf(ctx, row, sharing) };
}

/** Returns the vendor's page on which a person can delete the old secret; null if the vendor has no such page. */
function secretsUrlOf(ctx: Context, { application }: Loaded["row"], sharing: Loaded["sharing"]) {
  const [first] = sharing;
  if (!first) return null;
  const { links } = vendorOf(ctx.services, first.configuration);
  return links.secrets?.(application, shownCloud(ctx.services, first.configuration)) ?? null;
}

type Loaded = Awaited<ReturnType<typeof load>>;
type Input = z.output<ReturnType<typeof replaceSecretInput>>;

function load(ctx: Context, credentialId: string) {
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const row = await getCredential(tx, organisationId, credentialId);
    if (!row || row.kind === "public") throw gone();
    const all = await listConfigurations(tx, organisationId);
    const sharing = all.filter(({ credential }) => credential.id === credentialId);
    const [first] = sharing;
    if (!first) throw gone();
    // null is fine here: Replace also mends a secret that the keyring can't open any more
    const current = await openOrNull(ctx.services, tx, row);
    return { row, sharing, current, manifest: vendorOf(ctx.services, first.configuration).manifest };
  });
}

/** Returns the credential with the secret or certificate that the person entered. */
async function credentialOf(
  ctx: Context,
  { application }: Loaded["row"],
  input: Input,
): Promise<VendorCredential> {
  if (!("certificateId" in input)) return { kind: "secret", application, secret: input.secret };
  const { certificateId } = input;
  const proof = await inOwnOrganisation(ctx, (tx) => openCertificate(ctx, tx, certificateId));
  return { kind: "certificate", application, ...proof };
}

type Switch = Pick<Loaded, "row" | "sharing"> & {
  /** the result of each configuration's check, by configuration id */
  verified: ReadonlyMap<string, Verified>;
  proof: Input & { credential: VendorCredential };
  runId: unknown;
};

async function switchAll(ctx: Context, { row, sharing, verified, proof, runId }: Switch): Promise<void> {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const by = actorId(ctx.actor);
  if (!by) throw new ServiceError("forbidden", "Only a person can replace a secret.");
  await inOwnOrganisation(ctx, async (tx) => {
    await reauthorise(ctx, tx, "settings.manage");
    await refuseAbandoned(ctx, tx, runId);
    const all = await listConfigurations(tx, organisationId);
    const sharingNow = all.filter(({ credential }) => credential.id === row.id);
    const checkedIds = sharing.map(({ configuration }) => configuration.id);
    if (sharingNow.some(({ configuration }) => !checkedIds.includes(configuration.id)))
      throw new ServiceError(
        "conflict",
        "Another configuration began to use this credential during the check, so nothing was changed. Check and replace once more.",
      );
    for (const { configuration } of sharingNow) {
      if (verified.get(configuration.id)?.passed && !configuration.disabledAt)
        await putPollTarget(tx, organisationId, configuration.id);
    }
    const values = await sealedProof(ctx, tx, row.id, proof);
    const replaced = await replaceSecretRow(tx, organisationId, row.id, row.revision, {
      ...values,
      secretSetAt: now,
      secretSetBy: by,
    });
    if (!replaced)
      throw new ServiceError(
        "conflict",
        "Someone replaced this secret a moment ago, so yours was not saved. Reload the page to see theirs.",
      );
    for (const { configuration } of sharing) {
      const outcome = verified.get(configuration.id);
      if (outcome?.passed) await recordVerified(tx, organisationId, configuration.id, now, outcome.facts);
    }
    await recordAudit(
      ctx,
      tx,
      "credential.secret_replaced",
      { kind: "credential", id: row.id },
      {
        application: row.application,
        startedWith: row.secretHint,
        startsWith: values.secretHint,
        kind: values.kind,
        configurations: sharing.map(({ configuration }) => configuration.displayName),
      },
    );
  });
}

/**
 * Returns the credential row's new values, with the secret sealed. If the credential now uses the prepared certificate,
 * deletes the prepared row.
 */
async function sealedProof(ctx: Context, tx: Transaction, credentialId: string, proof: Switch["proof"]) {
  const { organisationId } = ctx.actor;
  const seal = (secret: string) => sealSecret(ctx.services, tx, organisationId, credentialId, secret);
  const { credential } = proof;
  if (credential.kind === "certificate" && "certificateId" in proof) {
    const taken = await consumeCertificate(tx, organisationId, proof.certificateId);
    if (!taken) throw certificateGone();
    return {
      kind: "certificate" as const,
      secretSealed: await seal(credential.privateKey),
      secretHint: taken.thumbprint.slice(0, 8),
      certificate: taken.certificate,
      secretExpiresOn: taken.expiresOn,
    };
  }
  if (credential.kind !== "secret" || "certificateId" in proof) throw gone();
  return {
    kind: "secret" as const,
    secretSealed: await seal(credential.secret),
    secretHint: credential.secret.slice(0, 3),
    certificate: null,
    secretExpiresOn: proof.secretExpiresOn,
  };
}
