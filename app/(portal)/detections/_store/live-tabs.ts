import { EventLog } from "./event-log.ts";
import { type Connect, connectLive, type LiveEvent } from "./live-connection.ts";
import { inBrowser, type Surroundings } from "./surroundings.ts";

type Message =
  | { type: "event"; event: LiveEvent }
  /** from the tab that leads: it is there, and whether its connection is */
  | { type: "state"; live: boolean }
  /** from a tab that holds everything up to `after` */
  | { type: "since"; from: string; after: number }
  | { type: "events"; to: string; events: LiveEvent[]; whole: boolean };

type Options = {
  /** one of these a browser: organisation and person */
  name: string;
  after: number;
  onEvent: (event: LiveEvent) => void;
  onState: (live: boolean) => void;
  connect?: Connect;
  surroundings?: Pick<Surroundings, "isHidden" | "onVisibility">;
};
export type OpenLive = (options: Options) => () => void;

const stateEveryMs = 10_000;
/** a tab that leads and says nothing for so long may be frozen: one that is looked at takes its place */
const silentMs = 45_000;
const askAgainMs = 2_000;

/** What the tabs of one person's browser share a connection by. */
export const liveName = (organisationId: string, userId: string) =>
  `pocketsoc.live ${organisationId} ${userId}`;

export const canShareTabs = () =>
  typeof EventSource !== "undefined" && typeof BroadcastChannel !== "undefined" && "locks" in navigator;

/**
 * One connection for all tabs of a browser: the one that holds the lock opens it and tells the others. A tab that
 * comes later, or was asleep, asks for what it lacks, and hands over what it hears meanwhile only after that.
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
  /** the last change number that was handed over */
  #last: number;
  /** of a tab that leads */
  #connection: { close(): void } | null = null;
  #isLive = false;
  /** what a tab that leads can give to others */
  #log: EventLog;
  #leaderHeardAt = Date.now();
  /** what came while this tab lacks something before it; null when it lacks nothing */
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

  /** Asks the tab that leads for what this one lacks. */
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

  /** Opens the connection, and resolves once this tab closes. */
  readonly #lead = (): Promise<void> => {
    // granted while this tab left: nobody would close the connection, nor give the lock to another
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

  /** Follows again; what the tab that leads now has said meanwhile wasn't listened to. */
  #resign(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#leaderHeardAt = Date.now();
    if (!this.#leaving.signal.aborted) this.#ask();
  }

  /** Waits for its turn to lead; another tab may take the lead away, and it waits again. */
  async #waitToLead(): Promise<void> {
    const { signal } = this.#leaving;
    while (!signal.aborted) {
      try {
        await navigator.locks.request(this.#options.name, { signal }, this.#lead);
      } catch {
        // left, or another tab took the lock: it leads now
        this.#resign();
      }
    }
  }

  async #takeOver(): Promise<void> {
    try {
      await navigator.locks.request(this.#options.name, { steal: true }, this.#lead);
    } catch {
      // another tab took it in turn
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

  // a tab that wasn't looked at may have been asleep and heard nothing
  readonly #onShow = (): void => {
    if (!this.#options.surroundings.isHidden() && !this.#connection) this.#ask();
  };
}
