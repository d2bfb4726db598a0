import { getLastChange } from "#db/queries/triage/changes.ts";
import { type FeedCursor, findDetections, listFeedRows } from "#db/queries/triage/feed.ts";
import type { DetectionOrder, DetectionQuery } from "#lib/domain/detection-query.ts";
import { timeRangeMs } from "#lib/domain/triage.ts";
import { orderOf, queryOfView } from "#lib/domain/view.ts";
import { FeedCursorText, type FeedQuery } from "#lib/schemas/detections.ts";
import { listAccess, readableIds } from "#lib/core/access.ts";
import { actorId, authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { itemOf } from "./item.ts";
import { summaryOf } from "./summary.ts";

export type { FeedItem } from "./item.ts";
export type { FeedSummary } from "./summary.ts";
const pageSize = 50;

/** Returns the query that the list's view and filters stand for. If there are ids, only they count. */
export function queryOf(
  ctx: Context,
  { view, severity, status, configuration, range, q, id }: FeedQuery,
): DetectionQuery {
  if (id.length > 0) return { field: "id", in: id };
  const span = timeRangeMs[range];
  return {
    all: [
      queryOfView(view, actorId(ctx.actor)),
      ...(severity.length > 0 ? [{ field: "severity" as const, in: severity }] : []),
      ...(status.length > 0 ? [{ field: "status" as const, in: status }] : []),
      ...(configuration.length > 0 ? [{ field: "configuration" as const, in: configuration }] : []),
      ...(span === null
        ? []
        : [
            { field: "occurred" as const, from: new Date(ctx.services.now().getTime() - span).toISOString() },
          ]),
      ...(q ? [searchFor(q)] : []),
    ],
  };
}

/** Returns the query of a search: `ref:` finds references that begin so, anything else is looked for in the alert. */
function searchFor(q: string): DetectionQuery {
  const isReference = q.slice(0, 4).toLowerCase() === "ref:";
  return isReference ? { field: "reference", has: q.slice(4).trim() } : { field: "text", has: q };
}

/**
 * Returns one page of the list in the view's order, with the list's counts and health. An invalid `cursorText` means the
 * first page.
 */
export async function listDetections(ctx: Context, query: FeedQuery, cursorText: string | null) {
  authorise(ctx, "detections.read");
  const { organisationId } = ctx.actor;
  const order = orderOf(query);
  const cursor = parseCursor(cursorText, order);
  return inOwnOrganisation(ctx, async (tx) => {
    // read before the rows: a client that follows the sequence from this number misses nothing
    const changeSequence = await getLastChange(tx, organisationId);
    const access = await listAccess(ctx, tx);
    const readable = readableIds(access);
    const byId = new Map(access.map(({ configuration }) => [configuration.id, configuration]));
    const found = await findDetections(tx, queryOf(ctx, query), {
      readable,
      order,
      cursor,
      limit: pageSize + 1,
    });
    const page = await listFeedRows(tx, organisationId, found.slice(0, pageSize));
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
      nextCursor: found.length > pageSize && last ? cursorTextOf(last, order) : null,
      /**
       * The ids of the detections on this page. If the caller asked for certain ids and searched for a text, ids of
       * detections without the text are left out.
       */
      holding:
        query.id.length > 0 && query.q && ids.length > 0
          ? await findDetections(
              tx,
              {
                all: [{ field: "id", in: ids }, searchFor(query.q)],
              },
              { readable, order: "newest", cursor: null, limit: pageSize },
            )
          : ids,
    };
  });
}
export type FeedPage = Awaited<ReturnType<typeof listDetections>>;

const cursorTextOf = (row: { cursorAt: string; id: string; severityRank: number }, order: DetectionOrder) =>
  `${order === "severity" ? `${row.severityRank}_` : ""}${row.cursorAt}_${row.id}`;

/** Parses a cursor. Returns null if it can't be read, or belongs to another order. */
function parseCursor(text: string | null, order: DetectionOrder): FeedCursor | null {
  const parsed = FeedCursorText.safeParse(text);
  if (!parsed.success) return null;
  const [id = "", at = "", rank] = parsed.data.split("_").toReversed();
  if ((order === "severity") !== (rank !== undefined)) return null;
  return { rank: rank === undefined ? null : Number(rank), at, id };
}
