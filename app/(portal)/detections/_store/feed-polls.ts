import type { Surroundings } from "./surroundings.ts";

/** the interval of rereading the list while the stream doesn't deliver rows */
const lookEveryMs = 15_000;
/** the interval of rereading counts, health and notices while the stream delivers rows */
const askEveryMs = 30_000;
const askAfterMs = 3_000;
const pendingEveryMs = 1_500;

type Feed = {
  /** whether the stream delivers rows or is about to */
  hasRowsLive: () => boolean;
  /** rereads the list; if the stream delivers rows, rereads only counts, health and notices */
  look: () => Promise<unknown>;
  /** rereads counts, health and notices */
  ask: () => Promise<unknown>;
  /** returns the ids of rows whose pending status change the stream doesn't report */
  pendingIds: () => string[];
  lookAt: (ids: string[]) => Promise<void>;
};

/** Schedules when the feed is reread. Rereads on a timer only while the page is visible. */
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

  /** Starts the timers. Returns a function that stops them. */
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

  /** Restarts the timer, because its interval depends on whether the stream delivers rows. */
  reschedule(): void {
    clearInterval(this.#pollTimer);
    this.#pollTimer = setInterval(this.#lookIfSeen, this.#feed.hasRowsLive() ? askEveryMs : lookEveryMs);
  }

  readonly #lookIfSeen = (): void => {
    if (!this.#surroundings.isHidden()) void this.#feed.look();
  };

  /** Rereads counts, health and notices in three seconds. Further calls within these three seconds have no effect. */
  askSoon(): void {
    if (this.#surroundings.isHidden()) return;
    this.#askTimer ??= setTimeout(() => {
      this.#askTimer = undefined;
      void this.#feed.ask();
    }, askAfterMs);
  }

  /** Rereads the rows with a pending status change, one request after the other, until no status change is pending. */
  followPending(): void {
    if (this.#pendingTimer || !this.#isRunning || this.#feed.pendingIds().length === 0) return;
    this.#pendingTimer = setTimeout(async () => {
      await this.#feed.lookAt(this.#feed.pendingIds());
      this.#pendingTimer = undefined;
      this.followPending();
    }, pendingEveryMs);
  }
}
