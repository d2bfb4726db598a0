import type { ConfigurationRow, CredentialRow } from "#db/queries/sources/configurations.ts";
import { listWebhookHealth } from "#db/queries/ingest/webhook-health.ts";
import type { NativeSignIn } from "#lib/vendors/credential.ts";
import { VendorError } from "#lib/vendors/problem.ts";
import { listAccess } from "#lib/core/access.ts";
import { authorise, type Context, inOwnOrganisation, type Services } from "#lib/core/context.ts";
import { cloudOf, vendorOf } from "#lib/core/vendors.ts";
import { scopeNameOf } from "./facts.ts";
import { healthOf } from "./health.ts";
import type { WebhookProblem } from "./webhook-problem.ts";
import { webhookProblems } from "./webhook-health.ts";

/**
 * Lists the configurations by name, with what the caller may know of each. Leaves out configurations that the vendor
 * refuses to the caller's account. If the caller may not read a configuration now, leaves out the configuration's
 * scope, health and times. Throws ServiceError `forbidden`.
 */
export async function listVisibleConfigurations(ctx: Context) {
  authorise(ctx, "detections.read");
  const now = ctx.services.now();
  const { rows, problems } = await inOwnOrganisation(ctx, async (tx) => {
    const { organisationId } = ctx.actor;
    const access = await listAccess(ctx, tx);
    const webhookHealth = await listWebhookHealth(tx, organisationId);
    const rows = access.map(({ configuration }) => configuration);
    return {
      rows: access,
      problems: await webhookProblems(ctx.services, tx, organisationId, rows, webhookHealth, now),
    };
  });
  return rows.flatMap(
    ({ configuration, credential, dueAt, access, readable, unconfirmedSince, writeBlock }) => {
      if (access === "refused") return [];
      return [
        {
          id: configuration.id,
          displayName: configuration.displayName,
          vendor: configuration.vendor,
          provider: vendorOf(ctx.services, configuration).manifest.words.provider,
          readAs: configuration.readAs,
          access,
          unconfirmedSince: unconfirmedSince?.toISOString() ?? null,
          writeBlock,
          environment: configuration.environment,
          notifyAbout: configuration.notifyAbout,
          isDisabled: configuration.disabledAt !== null,
          signIn:
            configuration.readAs === "person" ? nativeSignIn(ctx.services, configuration, credential) : null,
          ...(readable ? known(configuration, dueAt, now, problems.get(configuration.id)) : unknown),
        },
      ];
    },
  );
}

/**
 * Returns what a native app needs to sign in its user. Returns null if the vendor doesn't support this or the
 * configuration's cloud isn't offered.
 */
function nativeSignIn(
  services: Services,
  configuration: ConfigurationRow,
  { application }: CredentialRow,
): NativeSignIn | null {
  const { signIn } = vendorOf(services, configuration).can;
  if (!signIn?.native) return null;
  try {
    const cloud = cloudOf(services, configuration);
    return signIn.native({ application, cloud });
  } catch (error) {
    if (error instanceof VendorError) return null;
    throw error;
  }
}

function known(
  configuration: ConfigurationRow,
  dueAt: Date | null,
  now: Date,
  webhookProblem: WebhookProblem | undefined,
) {
  return {
    scope: { id: configuration.scopeId, name: scopeNameOf(configuration) },
    health: healthOf(configuration, now, webhookProblem),
    pollIntervalSeconds: configuration.pollIntervalSeconds,
    lastGoodSyncAt: configuration.lastGoodSyncAt?.toISOString() ?? null,
    lastAttemptAt: configuration.lastAttemptAt?.toISOString() ?? null,
    nextSyncAt: configuration.disabledAt ? null : (dueAt?.toISOString() ?? null),
  };
}

const unknown = {
  scope: null,
  health: null,
  pollIntervalSeconds: null,
  lastGoodSyncAt: null,
  lastAttemptAt: null,
  nextSyncAt: null,
};

export type VisibleConfiguration = Awaited<ReturnType<typeof listVisibleConfigurations>>[number];
