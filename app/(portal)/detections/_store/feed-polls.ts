import type { Surroundings } from "./surroundings.ts";

/** where rows don't come by the stream */
const lookEveryMs = 15_000;
/** where they do: of what stands around them */
const askEveryMs = 30_000;
const askAfterMs = 3_000;
const pendingEveryMs = 1_500;

type Feed = {
  /** whether rows come by the stream, or may do in a moment */
  hasRowsLive: () => boolean;
  /** looks at the list, or where its rows come by the stream at what stands around them */
  look: () => Promise<unknown>;
  /** asks for what stands around the rows */
  ask: () => Promise<unknown>;
  /** rows whose change is on its way, and has to be looked for */
  pendingIds: () => string[];
  lookAt: (ids: string[]) => Promise<void>;
};

/** When the feed is looked at again by itself, and only while the page is seen. */
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

  /** Begins; returns what ends it. */
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

  /** Counts anew from now, since rows come another way than before. */
  reschedule(): void {
    clearInterval(this.#pollTimer);
    this.#pollTimer = setInterval(this.#lookIfSeen, this.#feed.hasRowsLive() ? askEveryMs : lookEveryMs);
  }

  readonly #lookIfSeen = (): void => {
    if (!this.#surroundings.isHidden()) void this.#feed.look();
  };

  /** Asks in a moment, once for however many changes. */
  askSoon(): void {
    if (this.#surroundings.isHidden()) return;
    this.#askTimer ??= setTimeout(() => {
      this.#askTimer = undefined;
      void this.#feed.ask();
    }, askAfterMs);
  }

  /** Looks at pending rows until none is left, one look after the other. */
  followPending(): void {
    if (this.#pendingTimer || !this.#isRunning || this.#feed.pendingIds().length === 0) return;
    this.#pendingTimer = setTimeout(async () => {
      await this.#feed.lookAt(this.#feed.pendingIds());
      this.#pendingTimer = undefined;
      this.followPending();
    }, pendingEveryMs);
  }
}
