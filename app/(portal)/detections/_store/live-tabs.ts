import { EventLog } from "./event-log.ts";
import { type Connect, connectLive, type LiveEvent } from "./live-connection.ts";
import { inBrowser, type Surroundings } from "./surroundings.ts";

type Message =
  | { type: "event"; event: LiveEvent }
  /** the leader tab sends this to say that it is alive, and whether its connection works */
  | { type: "state"; live: boolean }
  /** a tab that has everything up to the change number `after` asks the leader for what follows */
  | { type: "since"; from: string; after: number }
  | { type: "events"; to: string; events: LiveEvent[]; whole: boolean };

type Options = {
  /** the connection's name, which contains organisation and person; a browser has one leader tab for each name */
  name: string;
  after: number;
  onEvent: (event: LiveEvent) => void;
  onState: (live: boolean) => void;
  connect?: Connect;
  surroundings?: Pick<Surroundings, "isHidden" | "onVisibility">;
};
export type OpenLive = (options: Options) => () => void;

const stateEveryMs = 10_000;
/** how long the leader tab may be silent before a visible tab takes over */
const silentMs = 45_000;
const askAgainMs = 2_000;

/** The name of the connection that the tabs of one person share. */
export const liveName = (organisationId: string, userId: string) =>
  `pocketsoc.live ${organisationId} ${userId}`;

export const canShareTabs = () =>
  typeof EventSource !== "undefined" && typeof BroadcastChannel !== "undefined" && "locks" in navigator;

/**
 * Opens one connection for all tabs of a browser. The tab that holds the lock, called the leader, connects and relays the
 * events to the other tabs. A tab that opens later or was asleep first asks the leader for the events that it missed.
 */
export const openLive: OpenLive = (options) => {
  const tab = new LiveTab(options);
  return () => tab.close();
};

/** Whether a request for a lock was ended by this tab or by another one, rather than refused by the browser. */
const isAbort = (error: unknown) => error instanceof DOMException && error.name === "AbortError";

class LiveTab {
  readonly #options: Required<Options>;
  readonly #id = crypto.randomUUID();
  readonly #leaving = new AbortController();
  readonly #channel: BroadcastChannel;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #endShows: () => void;
  /** the change number of the last delivered event */
  #last: number;
  /** the connection to the server; null unless this tab leads */
  #connection: { close(): void } | null = null;
  #isLive = false;
  /** the events that the leader can send to other tabs */
  #log: EventLog;
  #leaderHeardAt = Date.now();
  /** events that arrived while earlier events are missing; null if no event is missing */
  #early: LiveEvent[] | null = [];
  #askedAt = 0;

  constructor(options: Options) {
    this.#options = { connect: connectLive, surroundings: inBrowser, ...options };
    this.#last = options.after;
    this.#log = new EventLog(options.after);
    this.#channel = new BroadcastChannel(options.name);
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#hear(data);
    this.#timer = setInterval(() => this.#tick(), stateEveryMs);
    this.#endShows = this.#options.surroundings.onVisibility(this.#onShow);
    this.#ask();
    void this.#waitToLead();
  }

  close(): void {
    this.#endShows();
    clearInterval(this.#timer);
    this.#leaving.abort();
    this.#connection?.close();
    this.#connection = null;
    this.#channel.close();
  }

  #post(message: Message): void {
    this.#channel.postMessage(message);
  }

  #handOver(event: LiveEvent): void {
    if (event.type === "reset") this.#last = event.sequence;
    else if (event.type === "row" || event.type === "deleted") {
      if (event.sequence <= this.#last) return;
      this.#last = event.sequence;
    } else this.#last = Math.max(this.#last, event.sequence);
    this.#options.onEvent(event);
  }

  #say(isLive: boolean): void {
    this.#isLive = isLive;
    this.#options.onState(isLive);
  }

  /** Asks the leader tab for the events that this tab has missed. */
  #ask(): void {
    this.#early ??= [];
    this.#askedAt = Date.now();
    this.#post({ type: "since", from: this.#id, after: this.#last });
  }

  #hear(message: Message): void {
    if (this.#connection) {
      if (message.type === "since") this.#answer(message.from, message.after);
      return;
    }
    if (message.type === "since") return;
    if (message.type === "events") {
      if (message.to === this.#id && this.#early) this.#catchUp(message.events, message.whole);
      return;
    }
    this.#leaderHeardAt = Date.now();
    if (this.#early && Date.now() - this.#askedAt > askAgainMs) this.#ask();
    if (message.type === "state") this.#say(message.live);
    else if (this.#early) this.#early.push(message.event);
    else this.#handOver(message.event);
  }

  #answer(to: string, after: number): void {
    const { events, isWhole } = this.#log.since(after);
    this.#post({ type: "events", to, events, whole: isWhole });
    this.#post({ type: "state", live: this.#isLive });
  }

  #catchUp(events: LiveEvent[], isWhole: boolean): void {
    const early = this.#early ?? [];
    this.#early = null;
    if (!isWhole) this.#options.onEvent({ type: "reset", sequence: this.#last });
    for (const event of [...events, ...early]) this.#handOver(event);
  }

  /** Leads: opens the connection to the server. Resolves once this tab closes. */
  readonly #lead = (): Promise<void> => {
    // granted while this tab was closing: nobody would close the connection or release the lock
    if (this.#leaving.signal.aborted) return Promise.resolve();
    this.#early = null;
    this.#log.restart(this.#last);
    this.#connection = this.#options.connect({
      after: this.#last,
      onEvent: (event) => {
        this.#log.push(event);
        this.#post({ type: "event", event });
        this.#handOver(event);
      },
      onState: (isLive) => {
        this.#say(isLive);
        this.#post({ type: "state", live: isLive });
      },
    });
    return new Promise((resolve) => this.#leaving.signal.addEventListener("abort", () => resolve()));
  };

  /**
   * Stops leading and follows the new leader. Asks the new leader for the events that this tab may have missed meanwhile.
   */
  #resign(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#leaderHeardAt = Date.now();
    if (!this.#leaving.signal.aborted) this.#ask();
  }

  /** Waits for the lock that makes this tab the leader. When another tab takes over, waits for the lock again. */
  async #waitToLead(): Promise<void> {
    const { signal } = this.#leaving;
    while (!signal.aborted) {
      try {
        await navigator.locks.request(this.#options.name, { signal }, this.#lead);
      } catch (error) {
        // a browser that doesn't let pages lock refuses each time, so this tab leads itself alone
        if (!isAbort(error)) return this.#lead();
        // this tab closed, or another tab took the lock and leads now
        this.#resign();
      }
    }
  }

  async #takeOver(): Promise<void> {
    try {
      await navigator.locks.request(this.#options.name, { steal: true }, this.#lead);
    } catch {
      // another tab has taken the lock since
      this.#resign();
    }
  }

  #tick(): void {
    if (this.#connection) this.#post({ type: "state", live: this.#isLive });
    else if (!this.#options.surroundings.isHidden() && Date.now() - this.#leaderHeardAt > silentMs) {
      this.#leaderHeardAt = Date.now();
      void this.#takeOver();
    }
  }

  // a hidden tab may have been asleep and missed events
  readonly #onShow = (): void => {
    if (!this.#options.surroundings.isHidden() && !this.#connection) this.#ask();
  };
}
