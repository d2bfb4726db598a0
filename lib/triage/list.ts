import { getLastChange } from "#db/queries/triage/changes.ts";
import { type FeedCursor, type FeedFilter, listFeed, listContaining } from "#db/queries/triage/feed.ts";
import { timeRangeMs } from "#lib/domain/triage.ts";
import { FeedCursorText, type FeedQuery } from "#lib/schemas/detections.ts";
import { listAccess, readableIds } from "#lib/core/access.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { itemOf } from "./item.ts";
import { summaryOf } from "./summary.ts";

export type { FeedItem } from "./item.ts";
export type { FeedSummary } from "./summary.ts";
const pageSize = 50;

/**
 * Limits a filter to the configurations that the actor may see. `readable` has their ids; null means all. Returns null
 * if the actor may see none of the filter's configurations.
 */
function narrowToReadable(filter: FeedFilter, readable: string[] | null): FeedFilter | null {
  if (!readable) return filter;
  const wanted = filter.configurationIds ?? [];
  const configurationIds = wanted.length > 0 ? readable.filter((id) => wanted.includes(id)) : readable;
  return configurationIds.length > 0 ? { ...filter, configurationIds } : null;
}

/**
 * Returns one page of the feed, newest first, with the feed's counts and health. An invalid `cursorText` means the
 * first page.
 */
export async function listDetections(ctx: Context, query: FeedQuery, cursorText: string | null) {
  authorise(ctx, "detections.read");
  const { organisationId } = ctx.actor;
  const span = timeRangeMs[query.range];
  const filter: FeedFilter = {
    severities: query.severity,
    statuses: query.status,
    configurationIds: query.configuration,
    ...(span === null ? {} : { since: new Date(ctx.services.now().getTime() - span) }),
    ...(query.q ? { text: query.q } : {}),
    ...(query.id.length ? { ids: query.id } : {}),
  };
  const cursor = parseCursor(cursorText);
  return inOwnOrganisation(ctx, async (tx) => {
    // read before the rows: a client that follows the sequence from this number misses nothing
    const changeSequence = await getLastChange(tx, organisationId);
    const access = await listAccess(ctx, tx);
    const byId = new Map(access.map(({ configuration }) => [configuration.id, configuration]));
    const narrowed = narrowToReadable(filter, readableIds(access));
    const rows = narrowed ? await listFeed(tx, organisationId, narrowed, cursor, pageSize + 1) : [];
    const page = rows.slice(0, pageSize);
    const last = page.at(-1);
    const ids = page.map((row) => row.id);
    return {
      ...(await summaryOf(ctx, tx, access)),
      changeSequence,
      items: page.flatMap((row) => {
        const configuration = byId.get(row.configurationId);
        // without a configuration, the row is about to be deleted
        return configuration ? [itemOf(ctx.services, row, configuration)] : [];
      }),
      nextCursor: rows.length > pageSize && last ? `${last.cursorAt}_${last.id}` : null,
      /**
       * The ids of the detections on this page. If the caller asked for certain ids and searched for a text, ids of
       * detections without the text are left out.
       */
      holding:
        filter.ids && query.q && ids.length > 0
          ? await listContaining(tx, organisationId, ids, query.q)
          : ids,
    };
  });
}
export type FeedPage = Awaited<ReturnType<typeof listDetections>>;

function parseCursor(text: string | null): FeedCursor | null {
  const parsed = FeedCursorText.safeParse(text);
  if (!parsed.success) return null;
  const [at = "", id = ""] = parsed.data.split("_");
  return { at, id };
}
