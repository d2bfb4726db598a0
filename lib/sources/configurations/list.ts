import { countRecent, listConfigurations, listCredentials } from "#db/queries/sources/configurations.ts";
import { listWebhookCoverage, listWebhookHealth } from "#db/queries/ingest/webhook-health.ts";
import { listMembers } from "#db/queries/identity/people.ts";
import { expiryOf } from "#lib/domain/expiry.ts";
import { listAccess } from "#lib/core/access.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { vendorOf, wordsFor } from "#lib/core/vendors.ts";
import { authLabelOf } from "./auth-label.ts";
import { lacksExpiry } from "./expiry.ts";
import { healthOf } from "./health.ts";
import { coverageSince, webhookCoverageOf, webhookProblems } from "./webhook-health.ts";

/**
 * Returns every configuration with its health, webhook coverage and expiry, for the page Settings → Vendor
 * Configurations. Contains no secret.
 */
export async function listVendorConfigurations(ctx: Context) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  return inOwnOrganisation(ctx, async (tx) => {
    const rows = await listAccess(ctx, tx);
    const recent = await countRecent(tx, organisationId, new Date(now.getTime() - 86_400_000));
    const configurations = rows.map(({ configuration }) => configuration);
    const webhookHealth = await listWebhookHealth(tx, organisationId);
    const problems = await webhookProblems(
      ctx.services,
      tx,
      organisationId,
      configurations,
      webhookHealth,
      now,
    );
    const since = coverageSince(now);
    const coverage = await listWebhookCoverage(tx, organisationId, since);
    return rows.map(({ configuration, credential, dueAt, readable }) => ({
      id: configuration.id,
      displayName: configuration.displayName,
      vendorLabel: vendorOf(ctx.services, configuration).manifest.label,
      words: wordsFor(ctx.services, configuration),
      authLabel: authLabelOf(ctx.services, configuration),
      credentialKind: credential.kind,
      scopeId: configuration.scopeId,
      environment: configuration.environment,
      credentialId: credential.id,
      health: healthOf(configuration, now, problems.get(configuration.id)),
      coverage: webhookCoverageOf(
        configuration,
        webhookHealth,
        coverage,
        since,
        wordsFor(ctx.services, configuration),
      ),
      lastGoodSyncAt: configuration.lastGoodSyncAt?.toISOString() ?? null,
      nextSyncAt: configuration.disabledAt ? null : (dueAt?.toISOString() ?? null),
      alerts24h: readable ? (recent.get(configuration.id) ?? 0) : null,
      expiry: expiryOf(credential.secretExpiresOn, now),
      lacksExpiry: lacksExpiry(ctx.services, configuration, credential),
    }));
  });
}
export type ConfigurationItem = Awaited<ReturnType<typeof listVendorConfigurations>>[number];

/**
 * Lists the credentials that a new configuration may share, each with the names of its present configurations. Contains
 * no secret.
 */
export async function listSharedCredentials(ctx: Context) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const rows = await listConfigurations(tx, organisationId);
    const people = new Map(
      (await listMembers(tx, organisationId)).map((member) => [member.userId, member.displayName]),
    );
    return (await listCredentials(tx, organisationId))
      .filter(({ kind }) => kind !== "public")
      .map((credential) => ({
        id: credential.id,
        usedBy: rows
          .filter((row) => row.credential.id === credential.id)
          .map((row) => row.configuration.displayName),
        authority: credential.authority,
        application: credential.application,
        secretHint: credential.secretHint,
        secretSetAt: credential.secretSetAt.toISOString(),
        secretSetBy: people.get(credential.secretSetBy) ?? "a former member",
        secretExpiresOn: credential.secretExpiresOn,
      }));
  });
}
