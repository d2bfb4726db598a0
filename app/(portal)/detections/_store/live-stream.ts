import { Store } from "#components/ui/store.ts";
import { EventLog } from "./event-log.ts";
import type { LiveEvent } from "./live-connection.ts";
import { canShareTabs, openLive } from "./live-tabs.ts";
import { inBrowser, type Surroundings } from "./surroundings.ts";

/**
 * The state of the stream. `off`: this browser can't use the stream, so the page polls. `heardAt`: about when the stream last
 * worked, in ms by this browser's clock.
 */
export type Live = { state: "off" | "waiting" | "live" | "reconnecting"; heardAt: number };

/** the shortest time between two updates of the list; a list that changes with every frame can't be read */
const flushEveryMs = 250;
const hiddenFlushMs = 1_000;

type Options = {
  /** the connection's name; tabs of a browser that use the same name share one connection */
  name: string;
  /** the change number at which the server rendered the page */
  after: number;
  /** the function that opens the stream; null if the browser can't use the stream */
  open?: typeof openLive | null;
  surroundings?: Surroundings;
};

/**
 * Follows the organisation's changes and delivers the events in batches, at most one per frame. The store's value is the
 * stream's state.
 */
export class LiveStream extends Store<Live> {
  readonly #options: Options;
  readonly #surroundings: Surroundings;
  #onEvents: (events: LiveEvent[]) => void = () => {};
  readonly #log: EventLog;
  /** the change number up to which all events are delivered */
  #after: number;
  /** events that aren't delivered yet */
  #queue: LiveEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flushedAt = 0;

  constructor(options: Options) {
    super({ state: "waiting", heardAt: 0 });
    this.#options = options;
    this.#surroundings = options.surroundings ?? inBrowser;
    this.#log = new EventLog(options.after);
    this.#after = options.after;
  }

  /** The events after a change number, delivered or not, and whether all of them are still available. */
  since(sequence: number): { events: LiveEvent[]; isWhole: boolean } {
    return this.#log.since(sequence);
  }

  /** Drops the events that were kept for `since`. It then begins after the change number `after`. */
  forget(after: number): void {
    this.#log.restart(after);
  }

  /** Starts the connection and passes events to `onEvents`. Returns a function that stops both. */
  start(onEvents: (events: LiveEvent[]) => void): () => void {
    this.#onEvents = onEvents;
    const { open = canShareTabs() ? openLive : null, name } = this.#options;
    if (!open) {
      this.change({ state: "off" });
      return () => {};
    }
    let leave: () => void;
    try {
      leave = open({
        name,
        after: this.#after,
        surroundings: this.#surroundings,
        onEvent: (event) => this.#take(event),
        onState: (isLive) => this.#note(isLive),
      });
    } catch {
      // the browser has what tabs share, but doesn't let pages use it
      this.change({ state: "off" });
      return () => {};
    }
    return () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#queue = [];
      leave();
    };
  }

  #take(event: LiveEvent): void {
    this.#queue.push(event);
    this.#log.push(event);
    const { isHidden, onFrame } = this.#surroundings;
    const wait = isHidden() ? hiddenFlushMs : this.#flushedAt + flushEveryMs - performance.now();
    this.#timer ??= setTimeout(
      // a hidden page renders no frames
      () => (isHidden() ? this.#flush() : onFrame(() => this.#flush())),
      Math.max(0, wait),
    );
  }

  #flush(): void {
    this.#timer = undefined;
    this.#flushedAt = performance.now();
    const events = this.#queue;
    const last = events.at(-1);
    if (!last) return;
    this.#queue = [];
    this.#after = last.sequence;
    this.change({ heardAt: Date.now() });
    this.#onEvents(events);
  }

  #note(isLive: boolean): void {
    const { state, heardAt } = this.get();
    const isFirst = state === "waiting" && heardAt === 0;
    if (isLive) this.change({ state: "live", heardAt: Date.now() });
    // a connection that never opened counts as silent from now on
    else this.change({ state: "reconnecting", heardAt: isFirst ? Date.now() : heardAt });
  }
}
