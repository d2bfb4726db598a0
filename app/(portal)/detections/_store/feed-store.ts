// long: one store, whose steps share its private state
import { Store } from "#components/ui/store.ts";
import { orderOf } from "#lib/domain/view.ts";
import type { FeedItem, FeedPage, FeedSummary } from "#lib/triage/list.ts";
import { awaitReads } from "./await-reads.ts";
import { feedAddress, type Filters } from "./feed-address.ts";
import { changesOf } from "./feed-match.ts";
import { FeedPolls } from "./feed-polls.ts";
import { FeedRequests } from "./feed-requests.ts";
import {
  drawn,
  type Feed,
  findIn,
  hasRowsLive,
  newestIn,
  pendingIdsOf,
  withoutVersions,
  withWatched,
} from "./feed-snapshot.ts";
import {
  type FeedState,
  startOf,
  withBack,
  withChanges,
  withLook,
  withMore,
  withRows,
  withSummary,
} from "./feed-state.ts";
import type { LiveEvent } from "./live-connection.ts";
import { LiveStream } from "./live-stream.ts";
import type { OpenLive } from "./live-tabs.ts";
import { inBrowser, type Surroundings } from "./surroundings.ts";
import { changesIn, TextQuestions } from "./text-questions.ts";

type Options = {
  /** the list's first page, which the server rendered with these filters */
  first: FeedPage;
  filters: Filters;
  /** the name of the connection that this browser's tabs share */
  liveName: string;
  surroundings?: Surroundings;
  /** the function that opens the stream; null if the browser can't use the stream */
  openLive?: OpenLive | null;
};

const moreTrouble = "The next page could not be loaded. What you see stays as it was; try again.";

const configurationsOf = (page: FeedSummary) => page.configurations.map(({ id }) => id).join(" ");

const asEvent = (item: FeedItem): LiveEvent => ({ type: "row", sequence: item.changeSequence, item });

/**
 * The feed's state in the browser. The stream delivers rows; without a stream, the store polls. An answer of the portal may
 * arrive after newer stream events. Therefore the store applies those events again after the answer.
 */
export class FeedStore extends Store<Feed> {
  readonly #requests: FeedRequests;
  readonly #stream: LiveStream;
  readonly #texts: TextQuestions;
  readonly #polls: FeedPolls;
  #first: FeedPage;
  #filters: Filters;
  /** a new object for each page that the server renders; the store drops answers to requests for an earlier page */
  #reading = {};
  /** the id of the detection in the pane */
  #openId: string | null = null;

  constructor({ first, filters, liveName, surroundings = inBrowser, openLive }: Options) {
    super(drawn(first, orderOf(filters)));
    this.#first = first;
    this.#filters = filters;
    this.#requests = new FeedRequests(surroundings, {
      tell: (trouble) => this.change({ trouble }),
    });
    this.#stream = new LiveStream({
      name: liveName,
      after: first.changeSequence,
      surroundings,
      ...(openLive === undefined ? {} : { open: openLive }),
    });
    this.#texts = new TextQuestions((ids) => this.#askAboutText(ids));
    const polled = {
      hasRowsLive: () => hasRowsLive(this.get()),
      look: this.#lookAgain,
      ask: () => this.#ask(),
      pendingIds: () => pendingIdsOf(this.get()),
      lookAt: this.lookAt,
    };
    this.#polls = new FeedPolls(polled, surroundings);
  }

  /** Follows the stream, or polls. Returns a function that stops both. */
  readonly start = (): (() => void) => {
    const ends = [
      this.#stream.subscribe(() => this.#noteLive()),
      this.#polls.start(),
      this.#stream.start((events) => this.#hear(events)),
      () => this.#texts.clear(),
    ];
    return () => ends.forEach((end) => end());
  };

  /** Replaces the state with a page that the server rendered. Does nothing if the store already uses this page. */
  readonly begin = (first: FeedPage, filters: Filters): void => {
    if (first === this.#first) return;
    this.#first = first;
    this.#filters = filters;
    this.#reading = {};
    this.#texts.clear();
    this.change({ ...startOf(first, orderOf(filters)), isLoadingMore: false, moreProblem: null });
    if (!this.#takeAgain(first.changeSequence)) void this.look();
  };

  /** Sets which detection is open in the pane. The store keeps that detection up to date even if the list lacks it. */
  readonly watch = (id: string | null): void => {
    this.#openId = id;
  };

  /** Displays a problem until the portal's next answer. */
  readonly tell = (trouble: string): void => this.change({ trouble });

  /** Applies `step`, a function of feed-state.ts, to the list. */
  readonly apply = (step: (state: FeedState) => FeedState): void => this.change(step(this.get()));

  /** Loads the next page and appends it to the list. */
  readonly more = async (): Promise<void> => {
    const { nextCursor, isLoadingMore } = this.get();
    if (!nextCursor || isLoadingMore) return;
    const reading = this.#reading;
    this.change({ isLoadingMore: true });
    const address = feedAddress(this.#filters, "/api/feed", { cursor: nextCursor });
    const got = await this.#requests.ask<FeedPage>(address);
    if (reading !== this.#reading || this.#requests.leaves(got)) return;
    this.change({ isLoadingMore: false, moreProblem: got.ok ? null : moreTrouble });
    if (!got.ok) return;
    this.change(withMore(this.get(), got.value));
    this.#takeAgain(got.value.changeSequence);
  };

  /** Rereads the first page and returns it, or null if that failed. */
  readonly look = async (): Promise<FeedPage | null> => {
    const reading = this.#reading;
    const known = newestIn(this.get());
    const page = await this.#requests.get<FeedPage>(feedAddress(this.#filters, "/api/feed"));
    if (!page || reading !== this.#reading) return null;
    // no answer is older than what was known before it was asked for, unless the database was restored
    if (page.changeSequence < known) {
      this.change(withoutVersions(this.get()));
      this.#stream.forget(page.changeSequence);
    }
    // answers may overtake each other
    else if (page.changeSequence < this.get().page.changeSequence) return page;
    this.change(withLook(this.get(), page));
    this.#takeAgain(page.changeSequence);
    return page;
  };

  /** Rereads the rows with these ids. The list's other rows stay as they are. */
  readonly lookAt = async (ids: readonly string[]): Promise<void> => {
    for await (const rows of this.#requests.rows(ids)) this.#takeCopies(rows, rows);
  };

  /**
   * Rereads the rows that the person has just decided on. Marks those that left the list, and puts those back in their places that
   * the person brought back.
   */
  readonly settle = async (ids: readonly string[]): Promise<void> => {
    for await (const answered of this.#requests.rows(ids)) {
      // answers may overtake each other
      const rows = answered.filter(
        ({ id, changeSequence }) => changeSequence >= (findIn(this.get(), id)?.changeSequence ?? 0),
      );
      this.#takeCopies(rows, rows);
      const { changes } = changesOf(rows.map(asEvent), this.#filters, this.#reader());
      this.change(withBack(withChanges(this.get(), changes), new Set(ids)));
    }
    this.#polls.askSoon();
  };

  /**
   * Waits until the requested polls have run after `sinceMs`, a time by the portal's clock. Reports the configurations that
   * took too long.
   */
  readonly awaitReads = async (asked: Parameters<typeof awaitReads>[0], sinceMs: number): Promise<void> => {
    this.change({ isReading: true });
    const slow = await awaitReads(asked, sinceMs, this.#lookAgain);
    this.change({ isReading: false });
    const names = slow.map(({ displayName }) => displayName).join(", ");
    if (names) this.tell(`${names} has not answered yet. The list updates by itself when it does.`);
  };

  protected override change(parts: Partial<Feed>): void {
    super.change(parts);
    this.#polls.followPending();
  }

  /**
   * Rereads counts, health and visible configurations. If the visible configurations have changed, also rereads the list.
   */
  async #ask(): Promise<FeedSummary | null> {
    const summary = await this.#requests.get<FeedSummary>("/api/feed/summary");
    if (!summary) return null;
    if (configurationsOf(summary) !== configurationsOf(this.get().page)) return this.look();
    this.change(withSummary(this.get(), summary));
    return summary;
  }

  /** Rereads only counts, health and notices if the stream delivers rows, otherwise the list. */
  readonly #lookAgain = (): Promise<FeedSummary | null> =>
    hasRowsLive(this.get()) ? this.#ask() : this.look();

  #hear(events: readonly LiveEvent[]): void {
    const has = (...types: LiveEvent["type"][]) => events.some(({ type }) => types.includes(type));
    this.#takeEvents(events);
    if (has("row", "deleted")) this.#polls.askSoon();
    if (has("reset", "access")) void this.look();
    if (has("end")) void this.#ask();
  }

  #takeEvents(events: readonly LiveEvent[]): void {
    const { rows, changes, unsure } = changesOf(events, this.#filters, this.#reader());
    for (const change of changes) if (change.type === "deleted") this.#texts.drop(change.id);
    for (const row of unsure) this.#texts.add(row);
    if (changes.length > 0) this.change(withChanges(this.get(), changes));
    const { watched } = this.get();
    // a shown row is patched immediately, whatever the answer about its text is
    this.#takeCopies(
      rows,
      rows.filter(({ id }) => id === this.#openId || watched.has(id)),
    );
  }

  /**
   * Reapplies the stream events that are newer than this change number. Returns false if some of these events are no longer
   * available.
   */
  #takeAgain(sequence: number): boolean {
    const { events, isWhole } = this.#stream.since(sequence);
    if (events.length > 0) this.#takeEvents(events);
    return isWhole;
  }

  /** Replaces rows of the list and of `watched` with newer versions. */
  #takeCopies(rows: readonly FeedItem[], watched: readonly FeedItem[]): void {
    const feed = this.get();
    this.change({ ...withRows(feed, rows), watched: withWatched(feed.watched, watched) });
  }

  async #askAboutText(ids: string[]): Promise<boolean> {
    const reading = this.#reading;
    const address = feedAddress(this.#filters, "/api/feed", { id: ids.join(",") });
    const got = await this.#requests.ask<FeedPage>(address);
    if (!got.ok || reading !== this.#reading) return got.ok;
    this.change(withChanges(this.get(), changesIn(got.value, this.#filters, this.#reader())));
    this.#takeAgain(got.value.changeSequence);
    return true;
  }

  #reader() {
    return { readerId: this.get().page.readerId, nowMs: Date.now() };
  }

  #noteLive(): void {
    const before = this.get();
    this.change({ live: this.#stream.get() });
    if (hasRowsLive(this.get()) === hasRowsLive(before)) return;
    this.#polls.reschedule();
    // the stream is back, so the portal answers again
    if (hasRowsLive(this.get()) && before.trouble) void this.#ask();
  }
}
