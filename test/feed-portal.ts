import { onTestFinished, vi } from "vitest";
import { type Filters, noFilters } from "#app/(portal)/detections/_store/feed-address.ts";
import { matchOf } from "#app/(portal)/detections/_store/feed-match.ts";
import { FeedStore } from "#app/(portal)/detections/_store/feed-store.ts";
import type { LiveEvent } from "#app/(portal)/detections/_store/live-connection.ts";
import type { OpenLive } from "#app/(portal)/detections/_store/live-tabs.ts";
import type { Surroundings } from "#app/(portal)/detections/_store/surroundings.ts";
import { FeedQuery } from "#lib/schemas/detections.ts";
import type { FeedItem, FeedPage } from "#lib/triage/list.ts";

const pageSize = 3;
const begin = Date.parse("2026-03-04T10:00:00.000Z");
export const newestFirst = (a: FeedItem, b: FeedItem) =>
  b.occurredAt.localeCompare(a.occurredAt) || b.id.localeCompare(a.id);

/** Returns a page's summary: the page without its list of detections. */
function withoutList(page: FeedPage): FeedPage {
  const { items: _i, changeSequence: _s, nextCursor: _n, holding: _h, ...summary } = page;
  return summary as FeedPage;
}

/** A request that the portal hasn't answered yet. */
type PendingRequest = { address: string; read: FeedPage | null; resolve: (page: FeedPage | null) => void };

/**
 * A stand-in for the portal, for tests of the feed's code. It has rows with change numbers, pages and a stream. Answers and
 * events arrive when a test says so, in any order.
 */
export class FeedPortal {
  readonly rows = new Map<string, FeedItem>();
  readonly events: LiveEvent[] = [];
  /** requests that aren't answered yet, oldest first */
  readonly asked: PendingRequest[] = [];
  organisationId = "one";
  /** the organisation for which the server rendered the tabs */
  readonly renderedFor = "one";
  sequence = 10;

  /** Creates or changes a detection. The alert occurred `minute` minutes after the test's start time. */
  put(id: string, minute: number, more: Partial<FeedItem> = {}): void {
    const occurredAt = new Date(begin + minute * 60_000).toISOString();
    this.sequence++;
    const item = {
      id,
      configurationId: "a",
      severity: "high",
      status: "active",
      box: "triage",
      ownerId: null,
      pendingStatus: null,
      ...this.rows.get(id),
      title: `${id} ${this.sequence}`,
      occurredAt,
      changeSequence: this.sequence,
      ...more,
    } as FeedItem;
    this.rows.set(id, item);
    this.events.push({ type: "row", sequence: this.sequence, item });
  }

  remove(id: string): void {
    if (!this.rows.delete(id)) return;
    this.sequence++;
    this.events.push({ type: "deleted", sequence: this.sequence, id });
  }

  /** Returns a function that restores the rows and the change sequence of now, as from a backup. */
  backUp(): () => void {
    const [rows, sequence] = [new Map(this.rows), this.sequence];
    return () => {
      this.rows.clear();
      for (const [id, item] of rows) this.rows.set(id, item);
      this.sequence = sequence;
      this.events.length = 0;
    };
  }

  /** Returns the rows that match these filters, newest first. */
  matching(filters: Filters): FeedItem[] {
    const holds = (item: FeedItem) => item.title.includes(filters.q);
    const fits = (item: FeedItem) =>
      matchOf(filters, item, { nowMs: begin, readerId: "me" }) !== "no" && holds(item);
    return [...this.rows.values()].filter(fits).sort(newestFirst);
  }

  /** Returns a page with the rows as they are now. */
  page(filters: Filters, after: string | null = null, ids: readonly string[] = []): FeedPage {
    const inAll = this.matching(filters);
    const rows = ids.length > 0 ? ids.flatMap((id) => this.rows.get(id) ?? []) : inAll;
    const from = after ? rows.filter((item) => `${item.occurredAt}_${item.id}` < after) : rows;
    const items = ids.length > 0 ? from : from.slice(0, pageSize);
    const last = items.at(-1);
    return {
      organisationId: this.organisationId,
      readerId: "me",
      configurations: [{ id: "a", displayName: "A", lastAttemptAt: null }],
      now: new Date(begin).toISOString(),
      changeSequence: this.sequence,
      items,
      nextCursor: from.length > items.length && last ? `${last.occurredAt}_${last.id}` : null,
      holding: items.filter(({ id }) => inAll.some((item) => item.id === id)).map(({ id }) => id),
    } as unknown as FeedPage;
  }

  readonly request: Surroundings["request"] = async <T>(address: string) => {
    const { promise, resolve } = Promise.withResolvers<FeedPage | null>();
    this.asked.push({ address, read: null, resolve });
    const page = await promise;
    if (page && page.organisationId !== this.renderedFor) return { ok: false, failure: "for_other" };
    return page ? { ok: true, value: page as T } : { ok: false, failure: "unreachable" };
  };

  /** Makes the page that answers the request at this index of `asked`. `answer` sends the page later. */
  read(at: number): void {
    const asked = this.asked[at];
    if (!asked || asked.read) return;
    const url = new URL(asked.address, "http://portal");
    const { cursor = null, id = "", ...query } = Object.fromEntries(url.searchParams);
    const { id: _none, ...filters } = FeedQuery.parse(query);
    const page = this.page(filters, cursor, id.split(",").filter(Boolean));
    asked.read = url.pathname === "/api/feed/summary" ? withoutList(page) : page;
  }

  /**
   * Answers the request at this index of `asked`, with the page that `read` made. If `isReachable` is false, the request
   * fails instead.
   */
  async answer(at = 0, isReachable = true): Promise<void> {
    this.read(at);
    const [asked] = this.asked.splice(at, 1);
    asked?.resolve(isReachable ? asked.read : null);
    await vi.advanceTimersByTimeAsync(0);
  }

  /**
   * Opens a tab with the feed. Its clock is the test's fake time. Tabs with the same `share` use one stream; without
   * `share`, a tab has its own stream.
   */
  open(filters: Filters = noFilters, share?: OpenLive) {
    let stream: Parameters<OpenLive>[0] | null = null;
    let isHidden = false;
    const shown = new Set<() => void>();
    const left: string[] = [];
    const surroundings: Surroundings = {
      request: this.request,
      isHidden: () => isHidden,
      onVisibility: (listener) => {
        shown.add(listener);
        return () => void shown.delete(listener);
      },
      onFrame: (draw) => draw(),
      goTo: (address) => void left.push(address),
    };
    const openLive: OpenLive = (options) => {
      stream = options;
      return () => {
        stream = null;
      };
    };
    const first = this.page(filters);
    let heard = first.changeSequence;
    const store = new FeedStore({ first, filters, liveName: "", surroundings, openLive: share ?? openLive });
    const leave = store.start();
    onTestFinished(leave);
    return {
      store,
      /** addresses that the feed navigated to */
      left,
      leave,
      connect: (isLive: boolean) => stream?.onState(isLive),
      /** Delivers the next `count` events of the stream to the tab; without `count`, all events. */
      hear: async (count = Number.POSITIVE_INFINITY) => {
        const next = this.events.filter(({ sequence }) => sequence > heard).slice(0, count);
        for (const event of next) stream?.onEvent(event);
        heard = next.at(-1)?.sequence ?? heard;
        await vi.advanceTimersByTimeAsync(300);
      },
      /** Delivers a reset event, after which the tab must load the feed again. */
      reset: async () => {
        heard = this.sequence;
        stream?.onEvent({ type: "reset", sequence: heard });
        await vi.advanceTimersByTimeAsync(300);
      },
      tell: async (event: LiveEvent) => {
        stream?.onEvent(event);
        await vi.advanceTimersByTimeAsync(300);
      },
      hide: (hidden: boolean) => {
        isHidden = hidden;
        for (const listener of shown) listener();
      },
      titles: () => store.get().items.map(({ title }) => title),
      fresh: () => store.get().fresh.map(({ title }) => title),
    };
  }
}
