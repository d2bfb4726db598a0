import { findByScopes, getCredential, listConfigurations } from "#db/queries/sources/configurations.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { type ConfigurationInput, configurationInput, fieldMessages } from "#lib/schemas/configuration.ts";
import { fieldsToFix } from "#lib/schemas/fields-to-fix.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import type { VendorManifest } from "#lib/vendors/manifest.ts";
import { openCertificate } from "../certificates/open.ts";
import { beginSavingSignIn } from "../accounts/begin.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { reauthorise } from "#lib/core/requester.ts";
import { newExpiryProblem } from "#lib/domain/expiry.ts";
import { capital } from "#lib/domain/text.ts";
import { openCredential } from "#lib/core/sealing.ts";
import { offeredManifests, sharesSecret } from "#lib/core/vendors.ts";
import { refuseAbandoned } from "./abandon.ts";
import { secretExpiryOf } from "./secret-expiry.ts";
import { credentialGone, storeVerified } from "./store.ts";
import { failureOf, type StepEvent, type Verified, verifyScope } from "./verify.ts";

/** An event that Save streams: each finished step, then one final event. */
export type SaveEvent =
  | StepEvent
  | { type: "verified" }
  | { type: "saved"; ids: string[]; disabled: boolean }
  /**
   * only for a delegated configuration: the authority's page, on which the person signs in before the configuration is saved
   */
  | { type: "sign_in"; url: string }
  | { type: "invalid"; message: string; fields: Record<string, string>; existingId: string | null }
  | { type: "failed"; message: string; maybeDelay: boolean; reference: string };

/**
 * Checks each scope with real calls to the vendor, streams every finished step, then saves the checked configurations, all or
 * none. With `saveAsDisabled`, saves them even if a check fails, but disabled. Saves nothing if `signal` aborts or the person
 * left the page (`abandonRun`). Throws ServiceError.
 */
export async function* saveConfiguration(
  ctx: Context,
  rawInput: unknown,
  options: { saveAsDisabled: boolean; signal: AbortSignal; runId?: unknown; sessionId?: string },
): AsyncGenerator<SaveEvent, void, void> {
  authorise(ctx, "settings.manage");
  const manifest = offeredManifests(ctx.services).find(
    ({ id }) => id === (rawInput as { vendor?: unknown } | null)?.vendor,
  );
  if (!manifest) {
    const message = "PocketSOC doesn't know this vendor. Choose one of the list.";
    yield { type: "invalid", message, fields: { vendor: message }, existingId: null };
    return;
  }
  const parsed = configurationInput(manifest).safeParse(rawInput);
  if (!parsed.success) {
    const fields = fieldMessages(parsed.error);
    yield { type: "invalid", message: fieldsToFix(Object.keys(fields).length), fields, existingId: null };
    return;
  }
  const input = parsed.data;
  const refused = refusePast(ctx, input) ?? (await refuseTaken(ctx, manifest, input));
  if (refused) {
    yield refused;
    return;
  }
  if (input.readAs === "person") {
    yield { type: "sign_in", ...(await beginSavingSignIn(ctx, input, options.sessionId ?? "")) };
    return;
  }
  const { credential, revision } = await credentialFor(ctx, manifest, input);
  const verified: Verified[] = [];
  for (const scopeId of input.scopeIds) {
    const outcome = yield* verifyScope(ctx, { ...input, scopeId }, credential, options.signal);
    verified.push(outcome);
    if (!outcome.passed && !options.saveAsDisabled) {
      const failure = failureOf(ctx, outcome);
      const which = input.scopeIds.length > 1 ? `${capital(manifest.words.scope)} ${scopeId}: ` : "";
      yield { type: "failed", ...failure, message: `${which}${failure.message}` };
      return;
    }
  }
  const [scopeId = ""] = input.scopeIds;
  const { signal } = options;
  const secretExpiresOn = await secretExpiryOf(ctx.services, { ...input, scopeId }, credential, {
    typed: input.secretExpiresOn,
    signal,
  });
  if (options.signal.aborted) return;
  // a browser that has left reads no further event, so this yield never returns and nothing is saved
  yield { type: "verified" };
  if (options.signal.aborted) return;
  yield await store(
    ctx,
    { ...input, secretExpiresOn },
    { credential, revision, verified, runId: options.runId },
  );
}

function refusePast(ctx: Context, { secretExpiresOn }: ConfigurationInput): SaveEvent | null {
  const problem = newExpiryProblem(secretExpiresOn, ctx.services.now());
  if (!problem) return null;
  return { type: "invalid", message: fieldsToFix(1), fields: { secretExpiresOn: problem }, existingId: null };
}

async function refuseTaken(
  ctx: Context,
  { words, fields }: VendorManifest,
  input: ConfigurationInput,
): Promise<SaveEvent | null> {
  const [first] = await inOwnOrganisation(ctx, (tx) => findByScopes(tx, ctx.actor.organisationId, input));
  if (!first) return null;
  const { scope } = words;
  const field = fields.find(({ of }) => of === "scope")?.id ?? "form";
  if (first.deletedAt) {
    const message = `“${first.displayName}”, which read ${scope} ${first.scopeId}, was deleted a moment ago and its detections are still being taken away. Try again in a minute.`;
    return { type: "invalid", message, fields: { [field]: message }, existingId: null };
  }
  const message = `“${first.displayName}” already reads ${scope} ${first.scopeId}. One ${scope} belongs to one configuration.`;
  return { type: "invalid", message, fields: { [field]: message }, existingId: first.id };
}

async function credentialFor(
  ctx: Context,
  { authority }: VendorManifest,
  input: ConfigurationInput,
): Promise<{ credential: VendorCredential; revision: number | null }> {
  const { credentialId, application, secret, certificateId } = input;
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    if (credentialId) {
      const row = await getCredential(tx, organisationId, credentialId);
      if (!row || row.kind === "public" || row.authority !== authority) throw credentialGone();
      const sharing = (await listConfigurations(tx, organisationId)).filter(
        ({ credential }) => credential.id === credentialId,
      );
      // a secret must never be sent to another place than the one it was entered for
      const isForeign = ({ configuration }: (typeof sharing)[number]) =>
        !sharesSecret(ctx.services, configuration, input, row.application);
      if (sharing.some(isForeign)) {
        const message =
          "This credential belongs to another cloud. Choose that one, or enter a new credential.";
        throw new ServiceError("invalid", message, { fields: { cloud: message } });
      }
      return { credential: await openCredential(ctx.services, tx, row), revision: row.revision };
    }
    if (!certificateId) return { credential: { kind: "secret", application, secret }, revision: null };
    const proof = await openCertificate(ctx, tx, certificateId);
    return { credential: { kind: "certificate", application, ...proof }, revision: null };
  });
}

type Checked = {
  credential: VendorCredential;
  /** the revision of the shared credential that was checked; null for a new credential */
  revision: number | null;
  verified: Verified[];
  runId: unknown;
};

function store(ctx: Context, input: ConfigurationInput, { runId, ...checked }: Checked): Promise<SaveEvent> {
  const disabled = checked.verified.some(({ passed }) => !passed);
  return inOwnOrganisation(ctx, async (tx): Promise<SaveEvent> => {
    await reauthorise(ctx, tx, "settings.manage");
    await refuseAbandoned(ctx, tx, runId);
    const ids = await storeVerified(ctx, tx, input, checked);
    return { type: "saved", ids, disabled };
  });
}
