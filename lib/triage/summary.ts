import {
  countNotSaved,
  countOwned,
  getOldestHigh,
  listCounts,
  type ViewCount,
} from "#db/queries/triage/feed.ts";
import { listWebhookHealth } from "#db/queries/ingest/webhook-health.ts";
import type { Transaction } from "#db/client.ts";
import { expiryOf } from "#lib/domain/expiry.ts";
import { type Severity, severityRank } from "#lib/domain/severity.ts";
import type { Status } from "#lib/domain/status.ts";
import type { Box } from "#lib/domain/box.ts";
import type { View } from "#lib/domain/view.ts";
import { type ConfigurationAccess, listAccess } from "#lib/core/access.ts";
import { actorId, authorise, type Context, inOwnOrganisation, isAllowed } from "#lib/core/context.ts";
import { secretAcceptedAt } from "#lib/sources/configurations/expiry.ts";
import { healthOf } from "#lib/sources/configurations/health.ts";
import { wordsByVendor } from "#lib/core/vendors.ts";
import { webhookProblems, unheardSince } from "#lib/sources/configurations/webhook-health.ts";

type FeedCounts = {
  /** by view, regardless of the filters */
  view: Record<View, ViewCount>;
  // without samples
  severity: Partial<Record<Severity, number>>;
  status: Partial<Record<Status, number>>;
  configuration: Record<string, number>;
};

/**
 * Returns the notice that a person's account for one configuration needs attention. The array is empty if there is no
 * such notice.
 */
function accountNotices(ctx: Context, ownAccess: ConfigurationAccess) {
  const { configuration, account, access, readable } = ownAccess;
  const { id, displayName, vendor, writeAs, disabledAt } = configuration;
  if (writeAs !== "person" || disabledAt) return [];
  // a person who changes nothing needs no account for writing
  if (configuration.readAs === "application" && !isAllowed(ctx.actor, "detections.triage")) return [];
  const needed = !account || account.signInNeeded || access === "lapsed";
  if (!needed && access !== "unconfirmed") return [];
  const since = ownAccess.unconfirmedSince?.toISOString() ?? null;
  const forWriting = configuration.readAs === "application";
  return [
    {
      id,
      displayName,
      vendor,
      connected: account !== null,
      readable,
      forWriting,
      signInNeeded: needed,
      since,
    },
  ];
}

/** Returns the notice that a configuration is disabled. The array is empty if there is no such notice. */
function disabledNotices({ configuration, access, readable }: ConfigurationAccess) {
  const { id, displayName, disabledAt } = configuration;
  if (!disabledAt || access === "refused") return [];
  return [{ id, displayName, readable, since: disabledAt.toISOString() }];
}

/**
 * Returns the feed's counts, health and notices, limited to what the actor may see. `access` comes from `listAccess`.
 */
export async function summaryOf(ctx: Context, tx: Transaction, access: readonly ConfigurationAccess[]) {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const mayReplace = isAllowed(ctx.actor, "settings.manage");
  const readable = access.filter((ownAccess) => ownAccess.readable);
  const readableIds = new Set(readable.map(({ configuration }) => configuration.id));
  const counts = await countsOf(ctx, tx, readableIds);
  const oldestHigh = await getOldestHigh(tx, organisationId, [...readableIds]);
  const webhookHealth = await listWebhookHealth(tx, organisationId);
  const configurations = readable.map(({ configuration }) => configuration);
  const problems = await webhookProblems(
    ctx.services,
    tx,
    organisationId,
    configurations,
    webhookHealth,
    now,
  );
  return {
    organisationId,
    noteRequired: ctx.services.noteRequired,
    /** the statuses that may be requested from each status, by vendor id */
    transitions: Object.fromEntries(
      ctx.services.vendors.all.map(({ manifest: { id, transitions } }) => [id, transitions]),
    ),
    /** the vendor's own words, by vendor id */
    words: wordsByVendor(ctx.services),
    counts,
    /** who looks; null for a program */
    readerId: actorId(ctx.actor),
    /** the detection of High severity that has needed triage for longest; null if there is none */
    oldestHigh: oldestHigh ? { id: oldestHigh.id, occurredAt: oldestHigh.occurredAt.toISOString() } : null,
    connections: access.flatMap((ownAccess) => accountNotices(ctx, ownAccess)),
    disabled: access.flatMap(disabledNotices),
    /** whether the vendor refuses some of the team's configurations to this person */
    someHidden: access.some((ownAccess) => ownAccess.access === "refused"),
    configurations: readable.map(({ configuration, credential, dueAt }) => ({
      id: configuration.id,
      displayName: configuration.displayName,
      health: healthOf(configuration, now, problems.get(configuration.id)),
      unheardSince: unheardSince(configuration, webhookHealth.get(configuration.id), now),
      lastGoodSyncAt: configuration.lastGoodSyncAt?.toISOString() ?? null,
      lastAttemptAt: configuration.lastAttemptAt?.toISOString() ?? null,
      nextSyncAt: dueAt?.toISOString() ?? null,
      expiry: mayReplace
        ? expiryOf(credential.secretExpiresOn, now, secretAcceptedAt(configuration, credential))
        : null,
    })),
    now: now.toISOString(),
  };
}
export type FeedSummary = Awaited<ReturnType<typeof summaryOf>>;

/** Returns the feed's counts, health and notices. */
export async function getFeedSummary(ctx: Context): Promise<FeedSummary> {
  authorise(ctx, "detections.read");
  return inOwnOrganisation(ctx, async (tx) => summaryOf(ctx, tx, await listAccess(ctx, tx)));
}

/** Returns the counts of the detections that a person may see. They are kept for each configuration, so they are sums. */
async function countsOf(ctx: Context, tx: Transaction, readable: ReadonlySet<string>): Promise<FeedCounts> {
  const { organisationId } = ctx.actor;
  const rows = (await listCounts(tx, organisationId)).filter((row) => readable.has(row.configurationId));
  const readerId = actorId(ctx.actor);
  const inBoxes = (...boxes: Box[]): ViewCount => viewCountOf(rows.filter(({ box }) => boxes.includes(box)));
  const counts: FeedCounts = {
    view: {
      triage: inBoxes("triage"),
      mine: readerId ? await countOwned(tx, organisationId, readerId, [...readable]) : { total: 0, high: 0 },
      owned: inBoxes("owned"),
      closed: inBoxes("closed"),
      all: viewCountOf(rows),
      not_saved: await countNotSaved(tx, organisationId, [...readable]),
      backlog: inBoxes("backlog"),
      samples: inBoxes("sample"),
    },
    severity: {},
    status: {},
    configuration: {},
  };
  for (const row of rows) {
    if (row.box === "sample") continue;
    counts.severity[row.severity] = (counts.severity[row.severity] ?? 0) + row.count;
    counts.status[row.status] = (counts.status[row.status] ?? 0) + row.count;
    counts.configuration[row.configurationId] = (counts.configuration[row.configurationId] ?? 0) + row.count;
  }
  return counts;
}

/** Counts the detections that need triage, among those that the actor may see. */
export async function getTriageCount(ctx: Context): Promise<ViewCount> {
  authorise(ctx, "detections.read");
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const readable = new Set(
      (await listAccess(ctx, tx)).flatMap((each) => (each.readable ? [each.configuration.id] : [])),
    );
    const rows = await listCounts(tx, organisationId);
    return viewCountOf(
      rows.filter(({ box, configurationId }) => box === "triage" && readable.has(configurationId)),
    );
  });
}

function viewCountOf(rows: Awaited<ReturnType<typeof listCounts>>): ViewCount {
  const sum = (counted: typeof rows) => counted.reduce((total, { count }) => total + count, 0);
  return {
    total: sum(rows),
    high: sum(rows.filter(({ severity }) => severityRank[severity] >= severityRank.high)),
  };
}
