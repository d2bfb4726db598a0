import { listCounts } from "#db/queries/triage/detections.ts";
import { listWebhookHealth } from "#db/queries/ingest/webhook-health.ts";
import type { Transaction } from "#db/client.ts";
import { expiryOf } from "#lib/domain/expiry.ts";
import type { Severity } from "#lib/domain/severity.ts";
import type { Status } from "#lib/domain/status.ts";
import { type ConfigurationAccess, listAccess } from "#lib/core/access.ts";
import { authorise, type Context, inOwnOrganisation, isAllowed } from "#lib/core/context.ts";
import { healthOf } from "#lib/sources/configurations/health.ts";
import { webhookProblems, unheardSince } from "#lib/sources/configurations/webhook-health.ts";

type FeedCounts = {
  severity: Partial<Record<Severity, number>>;
  status: Partial<Record<Status, number>>;
  configuration: Record<string, number>;
};

/** What a person is asked to do about their own account, or told of it; nothing while all is well. */
function toConnect(ctx: Context, one: ConfigurationAccess) {
  const { configuration, account, access, readable } = one;
  const { id, displayName, writeAs, disabledAt } = configuration;
  if (writeAs !== "person" || disabledAt) return [];
  // who changes nothing needs no account for it
  if (configuration.readAs === "application" && !isAllowed(ctx.actor, "detections.triage")) return [];
  const needed = !account || account.signInNeeded || access === "lapsed";
  if (!needed && access !== "unconfirmed") return [];
  const since = one.unconfirmedSince?.toISOString() ?? null;
  const forWriting = configuration.readAs === "application";
  return [
    { id, displayName, connected: account !== null, readable, forWriting, signInNeeded: needed, since },
  ];
}

/** A configuration that an admin switched off, for those who may know of it; nothing of one that is on. */
function switchedOff({ configuration, access, readable }: ConfigurationAccess) {
  const { id, displayName, disabledAt } = configuration;
  // what the vendor doesn't let them see is as good as not there
  if (!disabledAt || access === "refused") return [];
  return [{ id, displayName, readable, since: disabledAt.toISOString() }];
}

/** What stands around the list, by what the actor may see of each configuration. */
export async function summaryOf(ctx: Context, tx: Transaction, access: readonly ConfigurationAccess[]) {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const mayReplace = isAllowed(ctx.actor, "settings.manage");
  const known = access.filter((one) => one.readable);
  const seen = new Set(known.map(({ configuration }) => configuration.id));
  const kept = await listCounts(tx, organisationId);
  const heard = await listWebhookHealth(tx, organisationId);
  const readable = known.map((one) => one.configuration);
  const pushes = await webhookProblems(ctx.services, tx, organisationId, readable, heard, now);
  return {
    organisationId,
    noteRequired: ctx.services.noteRequired,
    /** by vendor */
    transitions: Object.fromEntries(
      ctx.services.vendors.all.map(({ manifest: { id, transitions } }) => [id, transitions]),
    ),
    // kept for each configuration, so what a person reads is a sum over what they may see
    counts: countsOf(kept.filter((one) => seen.has(one.configurationId))),
    connections: access.flatMap((one) => toConnect(ctx, one)),
    disabled: access.flatMap(switchedOff),
    /** something of the team's is there that the vendor doesn't let this person see */
    someHidden: access.some((one) => one.access === "refused"),
    configurations: known.map(({ configuration, credential, dueAt }) => ({
      id: configuration.id,
      displayName: configuration.displayName,
      health: healthOf(configuration, now, pushes.get(configuration.id)),
      unheardSince: unheardSince(configuration, heard.get(configuration.id), now),
      lastGoodSyncAt: configuration.lastGoodSyncAt?.toISOString() ?? null,
      lastAttemptAt: configuration.lastAttemptAt?.toISOString() ?? null,
      nextSyncAt: dueAt?.toISOString() ?? null,
      expiry: mayReplace ? expiryOf(credential.secretExpiresOn, now) : null,
    })),
    now: now.toISOString(),
  };
}
export type FeedSummary = Awaited<ReturnType<typeof summaryOf>>;

/** Counts, health and what a person has to connect: everything of the feed but its rows. */
export async function getFeedSummary(ctx: Context): Promise<FeedSummary> {
  authorise(ctx, "detections.read");
  return inOwnOrganisation(ctx, async (tx) => summaryOf(ctx, tx, await listAccess(ctx, tx)));
}

function countsOf(rows: Awaited<ReturnType<typeof listCounts>>): FeedCounts {
  const counts: FeedCounts = { severity: {}, status: {}, configuration: {} };
  for (const row of rows) {
    counts.severity[row.severity] = (counts.severity[row.severity] ?? 0) + row.count;
    counts.status[row.status] = (counts.status[row.status] ?? 0) + row.count;
    counts.configuration[row.configurationId] = (counts.configuration[row.configurationId] ?? 0) + row.count;
  }
  return counts;
}
