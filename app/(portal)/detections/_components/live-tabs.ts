import { type Connect, connectLive, type LiveEvent } from "./live-connection.ts";

type Message =
  | { type: "event"; event: LiveEvent }
  /** from the tab that leads: it is there, and whether its connection is */
  | { type: "state"; live: boolean }
  /** from a tab that holds everything up to `after` */
  | { type: "since"; from: string; after: number }
  | { type: "events"; to: string; events: LiveEvent[]; whole: boolean };

type Tabs = {
  /** one of these a browser: organisation and person */
  name: string;
  after: number;
  onEvent: (event: LiveEvent) => void;
  onState: (live: boolean) => void;
  connect?: Connect;
  isHidden?: () => boolean;
};

const keptMax = 2_000;
const stateEveryMs = 10_000;
/** a tab that leads and says nothing for so long may be frozen: whoever is looked at takes its place */
const silentMs = 45_000;
const askAgainMs = 2_000;

/** What the tabs of one person's browser share a connection by. */
export const liveName = (organisationId: string, userId: string) =>
  `pocketsoc.live ${organisationId} ${userId}`;

export const canShareTabs = () =>
  typeof EventSource !== "undefined" && typeof BroadcastChannel !== "undefined" && "locks" in navigator;

/**
 * One connection for all tabs of a browser: the one that holds the lock opens it and tells the others. A tab that
 * comes later, or was asleep, asks for what it lacks and holds back what it hears until then.
 */
export function openLive({ name, after, onEvent, onState, ...more }: Tabs): () => void {
  const connect = more.connect ?? connectLive;
  const isHidden = more.isHidden ?? (() => document.hidden);
  const me = crypto.randomUUID();
  const leaving = new AbortController();
  const channel = new BroadcastChannel(name);
  let last = after;
  let connection: { close(): void } | null = null;
  let live = false;
  let leaderHeardAt = Date.now();
  /** what comes while this tab still lacks something before it; null when it lacks nothing */
  let held: LiveEvent[] | null = [];
  let askedAt = 0;
  let kept: LiveEvent[] = [];
  let keptAfter = after;

  const post = (message: Message) => channel.postMessage(message);
  function take(event: LiveEvent): void {
    if (event.type === "reset") last = event.sequence;
    else if (event.type === "row" || event.type === "deleted") {
      if (event.sequence <= last) return;
      last = event.sequence;
    } else last = Math.max(last, event.sequence);
    onEvent(event);
  }
  function tell(isLive: boolean): void {
    live = isLive;
    onState(isLive);
  }

  function ask(): void {
    held ??= [];
    askedAt = Date.now();
    post({ type: "since", from: me, after: last });
  }
  function caughtUp(events: LiveEvent[], whole: boolean): void {
    const later = held ?? [];
    held = null;
    if (!whole) onEvent({ type: "reset", sequence: last });
    for (const event of [...events, ...later]) take(event);
  }
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.type === "since") {
      if (!connection) return;
      const events = kept.filter((event) => event.sequence > data.after);
      post({ type: "events", to: data.from, events, whole: data.after >= keptAfter });
      post({ type: "state", live });
      return;
    }
    if (connection) return;
    if (data.type === "events") {
      if (data.to === me && held) caughtUp(data.events, data.whole);
      return;
    }
    leaderHeardAt = Date.now();
    if (held && Date.now() - askedAt > askAgainMs) ask();
    if (data.type === "state") tell(data.live);
    else if (held) held.push(data.event);
    else take(data.event);
  };

  function lead(): Promise<void> {
    // granted while this tab left: nobody would close the connection, nor give the lock to another
    if (leaving.signal.aborted) return Promise.resolve();
    held = null;
    kept = [];
    keptAfter = last;
    connection = connect({
      after: last,
      onEvent: (event) => {
        if (event.type === "reset") {
          kept = [];
          keptAfter = event.sequence;
        } else if (event.type === "row" || event.type === "deleted") {
          kept.push(event);
          if (kept.length > keptMax) keptAfter = kept.shift()?.sequence ?? keptAfter;
        }
        post({ type: "event", event });
        take(event);
      },
      onState: (isLive) => {
        tell(isLive);
        post({ type: "state", live: isLive });
      },
    });
    return new Promise((resolve) => leaving.signal.addEventListener("abort", () => resolve()));
  }
  function resign(): void {
    connection?.close();
    connection = null;
    leaderHeardAt = Date.now();
  }
  /** Waits for its turn to lead; another tab may take it away, and it waits again. */
  async function queue(): Promise<void> {
    while (!leaving.signal.aborted) {
      try {
        await navigator.locks.request(name, { signal: leaving.signal }, lead);
      } catch {
        // left, or another tab took the lock: it leads now
        resign();
      }
    }
  }
  async function takeOver(): Promise<void> {
    try {
      await navigator.locks.request(name, { steal: true }, lead);
    } catch {
      // another tab took it in turn
      resign();
    }
  }

  const timer = setInterval(() => {
    if (connection) post({ type: "state", live });
    else if (!isHidden() && Date.now() - leaderHeardAt > silentMs) {
      leaderHeardAt = Date.now();
      void takeOver();
    }
  }, stateEveryMs);
  // a tab that wasn't looked at may have been asleep and heard nothing
  const onShow = () => {
    if (!isHidden() && !connection) ask();
  };
  globalThis.document?.addEventListener("visibilitychange", onShow);
  ask();
  void queue();
  return () => {
    globalThis.document?.removeEventListener("visibilitychange", onShow);
    clearInterval(timer);
    leaving.abort();
    connection?.close();
    connection = null;
    channel.close();
  };
}
