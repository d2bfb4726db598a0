import { type FeedCursor, type FeedFilter, listCounts, listFeed } from "#db/queries/detections.ts";
import { listPushHealth } from "#db/queries/push-health.ts";
import { expiryOf } from "#lib/domain/expiry.ts";
import type { Severity } from "#lib/domain/severity.ts";
import type { Status } from "#lib/domain/status.ts";
import type { TimeRange } from "#lib/domain/triage.ts";
import { FeedCursorText, type FeedQuery } from "#lib/schemas/detections.ts";
import { getVendor } from "#lib/vendors/registry.ts";
import { type ConfigurationAccess, listAccess, readableIds } from "../access.ts";
import { authorise, type Context, inOwnOrganisation, isAllowed } from "../context.ts";
import { healthOf } from "../configurations/health.ts";
import { pushProblems, unheardSince } from "../configurations/push-state.ts";

export const pageSize = 50;
const rangeMs: Record<TimeRange, number | null> = {
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 7 * 86_400_000,
  "30d": 30 * 86_400_000,
  all: null,
};

export type FeedCounts = {
  severity: Partial<Record<Severity, number>>;
  status: Partial<Record<Status, number>>;
  configuration: Record<string, number>;
};

/** What a person is asked to do about their own account, or told of it; nothing while all is well. */
function toConnect(ctx: Context, one: ConfigurationAccess) {
  const { configuration, connection, access, readable } = one;
  const { id, displayName, writeAs, disabledAt } = configuration;
  if (writeAs !== "person" || disabledAt) return [];
  // who changes nothing needs no account for it
  if (configuration.authType === "oauth" && !isAllowed(ctx.actor, "detections.triage")) return [];
  const needed = !connection || connection.signInNeeded || access === "lapsed";
  if (!needed && access !== "unconfirmed") return [];
  const since = one.unconfirmedSince?.toISOString() ?? null;
  const forWriting = configuration.authType === "oauth";
  return [
    { id, displayName, connected: connection !== null, readable, forWriting, signInNeeded: needed, since },
  ];
}

/** The filter, narrowed to what the actor may see; null when nothing of it is left. */
function within(filter: FeedFilter, readable: string[] | null): FeedFilter | null {
  if (!readable) return filter;
  const wanted = filter.configurationIds ?? [];
  const configurationIds = wanted.length > 0 ? readable.filter((id) => wanted.includes(id)) : readable;
  return configurationIds.length > 0 ? { ...filter, configurationIds } : null;
}

/** One page of the feed, newest first, with what the filter bar and the banners need. */
export async function listDetections(ctx: Context, query: FeedQuery, cursorText: string | null) {
  authorise(ctx, "detections.read");
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const mayReplace = isAllowed(ctx.actor, "settings.manage");
  const span = rangeMs[query.range];
  const filter: FeedFilter = {
    severities: query.severity,
    statuses: query.status,
    configurationIds: query.configuration,
    ...(span === null ? {} : { since: new Date(now.getTime() - span) }),
    ...(query.q ? { text: query.q } : {}),
    ...(query.id.length ? { ids: query.id } : {}),
  };
  const cursor = parseCursor(cursorText);
  return inOwnOrganisation(ctx, async (tx) => {
    const access = await listAccess(ctx, tx);
    const known = access.filter((one) => one.readable);
    const byId = new Map(known.map(({ configuration }) => [configuration.id, configuration]));
    const seen = within(filter, readableIds(access));
    const rows = seen ? await listFeed(tx, organisationId, seen, cursor, pageSize + 1) : [];
    const kept = await listCounts(tx, organisationId);
    // kept for each configuration, so what a person reads is a sum over what they may see
    const counts = countsOf(kept.filter((one) => byId.has(one.configurationId)));
    const heard = await listPushHealth(tx, organisationId);
    const readable = known.map((one) => one.configuration);
    const pushes = await pushProblems(tx, organisationId, readable, heard, now);
    const page = rows.slice(0, pageSize);
    const last = page.at(-1);
    return {
      items: page.flatMap(({ cursorAt: _at, pendingChangeId: _change, configurationId, ...row }) => {
        const configuration = byId.get(configurationId);
        // one that was deleted: its rows are on their way out
        if (!configuration) return [];
        return {
          ...row,
          configurationId,
          configurationName: configuration.displayName,
          provider: getVendor(configuration.vendor).manifest.provider,
          occurredAt: row.occurredAt.toISOString(),
          receivedAt: row.receivedAt.toISOString(),
          acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
        };
      }),
      organisationId,
      noteRequired: ctx.services.noteRequired,
      nextCursor: rows.length > pageSize && last ? `${last.cursorAt}_${last.id}` : null,
      counts,
      connections: access.flatMap((one) => toConnect(ctx, one)),
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
  });
}
export type FeedPage = Awaited<ReturnType<typeof listDetections>>;
export type FeedItem = FeedPage["items"][number];

function parseCursor(text: string | null): FeedCursor | null {
  const parsed = FeedCursorText.safeParse(text);
  if (!parsed.success) return null;
  const [at = "", id = ""] = parsed.data.split("_");
  return { at, id };
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
