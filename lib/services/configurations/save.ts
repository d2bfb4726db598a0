import { lockCredential } from "#db/queries/configuration-deletion.ts";
import { findBySubscriptions, getCredential, putPollTarget } from "#db/queries/configurations.ts";
import { insertConfiguration, insertCredential } from "#db/queries/configuration-writes.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { type ConfigurationInput, configurationInput, fieldMessages } from "#lib/schemas/configuration.ts";
import type { VendorCredential } from "#lib/vendors/contract.ts";
import { manifests } from "#lib/vendors/manifests.ts";
import { recordAudit } from "../audit/record.ts";
import { actorId, authorise, type Context, inOwnOrganisation, reauthorise } from "../context.ts";
import { openCredential, sealSecret } from "../credentials.ts";
import { cloudOf } from "../vendor-io.ts";
import { refuseAbandoned } from "./abandon.ts";
import { failureOf, type StepEvent, type Verified, verifySubscription } from "./verify.ts";

/** What Save streams: finished steps as they finish, then one last word. */
export type SaveEvent =
  | StepEvent
  | { type: "verified" }
  | { type: "saved"; ids: string[]; disabled: boolean }
  | { type: "invalid"; message: string; fields: Record<string, string>; existingId: string | null }
  | { type: "failed"; message: string; maybeDelay: boolean; reference: string };

/**
 * Verifies each subscription with the real calls, streaming every finished step, then saves exactly what
 * it verified, all or nothing. With `saveAsDisabled` a failed check is saved too, switched off. Ends
 * without a trace when `signal` aborts or the page was left meanwhile (`abandonRun`).
 */
export async function* saveConfiguration(
  ctx: Context,
  rawInput: unknown,
  options: { saveAsDisabled: boolean; signal: AbortSignal; runId?: unknown },
): AsyncGenerator<SaveEvent, void, void> {
  authorise(ctx, "settings.manage");
  const manifest = manifests.find((one) => one.id === (rawInput as { vendor?: unknown } | null)?.vendor);
  if (!manifest) {
    const message = "PocketSOC doesn't know this vendor. Choose one of the list.";
    yield { type: "invalid", message, fields: { vendor: message }, existingId: null };
    return;
  }
  const parsed = configurationInput(manifest).safeParse(rawInput);
  if (!parsed.success) {
    const fields = fieldMessages(parsed.error);
    yield { type: "invalid", message: "Some fields need another look.", fields, existingId: null };
    return;
  }
  const input = parsed.data;
  const taken = await refuseTaken(ctx, input.subscriptionIds);
  if (taken) {
    yield taken;
    return;
  }
  const { credential, revision } = await credentialFor(ctx, input);
  const verified: Verified[] = [];
  for (const subscriptionId of input.subscriptionIds) {
    const outcome = yield* verifySubscription(
      ctx,
      input.vendor,
      { credential, subscriptionId },
      options.signal,
    );
    verified.push(outcome);
    if (!outcome.passed && !options.saveAsDisabled) {
      const failure = failureOf(ctx, outcome);
      const which = input.subscriptionIds.length > 1 ? `Subscription ${subscriptionId}: ` : "";
      yield { type: "failed", ...failure, message: `${which}${failure.message}` };
      return;
    }
  }
  if (options.signal.aborted) return;
  // a browser that has gone takes no more steps, so this yield never returns and nothing is saved
  yield { type: "verified" };
  if (options.signal.aborted) return;
  yield await store(ctx, input, { credential, revision, verified, runId: options.runId });
}

const credentialGone = () =>
  new ServiceError("not_found", "That credential is gone. Choose another, or enter a new one.");

async function refuseTaken(ctx: Context, subscriptionIds: string[]): Promise<SaveEvent | null> {
  const [first] = await inOwnOrganisation(ctx, (tx) =>
    findBySubscriptions(tx, ctx.actor.organisationId, cloudOf(ctx.services), subscriptionIds),
  );
  if (!first) return null;
  if (first.deletedAt) {
    const message = `“${first.displayName}”, which read subscription ${first.subscriptionId}, was deleted a moment ago and its detections are still being taken away. Try again in a minute.`;
    return { type: "invalid", message, fields: { subscriptionIds: message }, existingId: null };
  }
  const message = `“${first.displayName}” already reads subscription ${first.subscriptionId}. One subscription belongs to one configuration.`;
  return { type: "invalid", message, fields: { subscriptionIds: message }, existingId: first.id };
}

async function credentialFor(
  ctx: Context,
  input: ConfigurationInput,
): Promise<{ credential: VendorCredential; revision: number | null }> {
  const { credentialId } = input;
  if (!credentialId) return { credential: input, revision: null };
  return inOwnOrganisation(ctx, async (tx) => {
    const row = await getCredential(tx, ctx.actor.organisationId, credentialId);
    if (!row) throw credentialGone();
    return { credential: await openCredential(ctx.services, tx, row), revision: row.revision };
  });
}

type Proved = {
  credential: VendorCredential;
  /** of the shared credential that was proved; null for a new one */
  revision: number | null;
  verified: Verified[];
  runId: unknown;
};

async function store(
  ctx: Context,
  input: ConfigurationInput,
  { credential, revision, verified, runId }: Proved,
): Promise<SaveEvent> {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const cloud = cloudOf(ctx.services);
  const by = actorId(ctx.actor);
  if (!by) throw new ServiceError("forbidden", "Only a person can add a configuration.");
  const disabled = verified.some((one) => !one.passed);
  return inOwnOrganisation(ctx, async (tx): Promise<SaveEvent> => {
    await reauthorise(ctx, tx, "settings.manage");
    await refuseAbandoned(ctx, tx, runId);
    const credentialId = input.credentialId ?? newId();
    if (input.credentialId) {
      const standing = await lockCredential(tx, organisationId, credentialId);
      if (standing === null) throw credentialGone();
      if (standing !== revision)
        throw new ServiceError(
          "conflict",
          "The secret of this credential was replaced during the check, so nothing was saved. Save once more.",
        );
    }
    if (!input.credentialId) {
      await insertCredential(tx, {
        organisationId,
        id: credentialId,
        vendor: input.vendor,
        tenantId: credential.tenantId,
        applicationId: credential.applicationId,
        secretSealed: await sealSecret(
          ctx.services,
          tx,
          organisationId,
          credentialId,
          credential.clientSecret,
        ),
        secretHint: credential.clientSecret.slice(0, 3),
        secretExpiresOn: input.secretExpiresOn,
        secretSetAt: now,
        secretSetBy: by,
      });
    }
    const ids: string[] = [];
    for (const one of verified) {
      const id = newId();
      const displayName = verified.length === 1 ? input.displayName : nameOf(input.displayName, one);
      const stored = await insertConfiguration(tx, {
        organisationId,
        id,
        vendor: input.vendor,
        displayName,
        authType: input.authType,
        credentialId,
        cloud,
        subscriptionId: one.subscriptionId,
        pollIntervalSeconds: input.pollIntervalSeconds,
        disabledAt: disabled ? now : null,
        facts: one.facts,
        verifiedAt: one.passed ? now : null,
        problemCode: one.problem?.code ?? null,
        problemMessage: one.problem?.message ?? null,
        problemRemedy: one.problem?.remedy ?? null,
        problemSince: one.passed ? null : now,
        createdBy: by,
      });
      if (!stored)
        throw new ServiceError(
          "conflict",
          "Someone saved this subscription a moment ago. Nothing was saved twice; see the list.",
        );
      if (!disabled) await putPollTarget(tx, organisationId, id);
      await recordAudit(
        ctx,
        tx,
        "configuration.created",
        { kind: "configuration", id },
        {
          displayName,
          subscriptionId: one.subscriptionId,
          credentialId,
          disabled,
        },
      );
      ids.push(id);
    }
    return { type: "saved", ids, disabled };
  });
}

function nameOf(displayName: string, one: Verified): string {
  const { subscriptionName } = one.facts;
  const which =
    typeof subscriptionName === "string" && subscriptionName
      ? subscriptionName
      : one.subscriptionId.slice(0, 8);
  return `${displayName} · ${which}`.slice(0, 120);
}
