import type { Surroundings } from "./surroundings.ts";

/** while rows don't arrive by the stream */
const lookEveryMs = 15_000;
/** while they do: for counts, health and notices */
const askEveryMs = 30_000;
const askAfterMs = 3_000;
const pendingEveryMs = 1_500;

type Feed = {
  /** whether rows arrive by the stream, or may do so in a moment */
  hasRowsLive: () => boolean;
  /** rereads the list, or only counts, health and notices where rows arrive by the stream */
  look: () => Promise<unknown>;
  /** rereads counts, health and notices */
  ask: () => Promise<unknown>;
  /** rows with a pending change that has to be polled for */
  pendingIds: () => string[];
  lookAt: (ids: string[]) => Promise<void>;
};

/** Decides when the feed is reread. It is reread only while the page is visible. */
export class FeedPolls {
  readonly #feed: Feed;
  readonly #surroundings: Surroundings;
  #isRunning = false;
  #pollTimer: ReturnType<typeof setInterval> | undefined;
  #askTimer: ReturnType<typeof setTimeout> | undefined;
  #pendingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(feed: Feed, surroundings: Surroundings) {
    this.#feed = feed;
    this.#surroundings = surroundings;
  }

  /** Starts polling. Returns a function that stops it. */
  start(): () => void {
    this.#isRunning = true;
    const end = this.#surroundings.onVisibility(this.#lookIfSeen);
    this.reschedule();
    this.followPending();
    return () => {
      this.#isRunning = false;
      end();
      clearInterval(this.#pollTimer);
      clearTimeout(this.#askTimer);
      clearTimeout(this.#pendingTimer);
      this.#askTimer = undefined;
      this.#pendingTimer = undefined;
    };
  }

  /** Restarts the intervals, because rows now arrive another way. */
  reschedule(): void {
    clearInterval(this.#pollTimer);
    this.#pollTimer = setInterval(this.#lookIfSeen, this.#feed.hasRowsLive() ? askEveryMs : lookEveryMs);
  }

  readonly #lookIfSeen = (): void => {
    if (!this.#surroundings.isHidden()) void this.#feed.look();
  };

  /** Rereads in a moment, once for any number of changes. */
  askSoon(): void {
    if (this.#surroundings.isHidden()) return;
    this.#askTimer ??= setTimeout(() => {
      this.#askTimer = undefined;
      void this.#feed.ask();
    }, askAfterMs);
  }

  /** Rereads pending rows, one request after the other, until none is pending. */
  followPending(): void {
    if (this.#pendingTimer || !this.#isRunning || this.#feed.pendingIds().length === 0) return;
    this.#pendingTimer = setTimeout(async () => {
      await this.#feed.lookAt(this.#feed.pendingIds());
      this.#pendingTimer = undefined;
      this.followPending();
    }, pendingEveryMs);
  }
}
