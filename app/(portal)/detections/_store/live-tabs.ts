import { EventLog } from "./event-log.ts";
import { type Connect, connectLive, type LiveEvent } from "./live-connection.ts";
import { inBrowser, type Surroundings } from "./surroundings.ts";

type Message =
  | { type: "event"; event: LiveEvent }
  /** from the leader: it is alive, and so is its connection or not */
  | { type: "state"; live: boolean }
  /** from a tab that has everything up to `after` */
  | { type: "since"; from: string; after: number }
  | { type: "events"; to: string; events: LiveEvent[]; whole: boolean };

type Options = {
  /** organisation and person; one leader for each in a browser */
  name: string;
  after: number;
  onEvent: (event: LiveEvent) => void;
  onState: (live: boolean) => void;
  connect?: Connect;
  surroundings?: Pick<Surroundings, "isHidden" | "onVisibility">;
};
export type OpenLive = (options: Options) => () => void;

const stateEveryMs = 10_000;
/** a leader that is silent for so long may be frozen, and a visible tab replaces it */
const silentMs = 45_000;
const askAgainMs = 2_000;

/** The name under which the tabs of one person share a connection. */
export const liveName = (organisationId: string, userId: string) =>
  `pocketsoc.live ${organisationId} ${userId}`;

export const canShareTabs = () =>
  typeof EventSource !== "undefined" && typeof BroadcastChannel !== "undefined" && "locks" in navigator;

/**
 * One connection for all tabs of a browser. The tab that holds the lock, the leader, opens it and relays the events. A tab
 * that opens later or was asleep asks for what it missed, and delivers newer events only after that.
 */
export const openLive: OpenLive = (options) => {
  const tab = new LiveTab(options);
  return () => tab.close();
};

class LiveTab {
  readonly #options: Required<Options>;
  readonly #id = crypto.randomUUID();
  readonly #leaving = new AbortController();
  readonly #channel: BroadcastChannel;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #endShows: () => void;
  /** the last change number that was delivered */
  #last: number;
  /** of the leader */
  #connection: { close(): void } | null = null;
  #isLive = false;
  /** what the leader can give to other tabs */
  #log: EventLog;
  #leaderHeardAt = Date.now();
  /** events that arrived while earlier ones are missing; null when none is missing */
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

  /** Asks the leader for what this tab has missed. */
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

  /** Opens the connection. Resolves once this tab closes. */
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

  /** Follows again. The new leader's events were missed meanwhile. */
  #resign(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#leaderHeardAt = Date.now();
    if (!this.#leaving.signal.aborted) this.#ask();
  }

  /** Waits for its turn to lead. When another tab takes the lead, it waits again. */
  async #waitToLead(): Promise<void> {
    const { signal } = this.#leaving;
    while (!signal.aborted) {
      try {
        await navigator.locks.request(this.#options.name, { signal }, this.#lead);
      } catch {
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
