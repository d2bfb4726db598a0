import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { FeedItem } from "#lib/triage/list.ts";
import type { LiveEvent } from "./live-connection.ts";
import { openLive } from "./live-tabs.ts";

type Opened = { after: number; onEvent: (event: LiveEvent) => void; onState: (live: boolean) => void };
const connections: Opened[] = [];
const closed: Opened[] = [];
const open: (() => void)[] = [];
afterEach(() => {
  for (const leave of open.splice(0)) leave();
  connections.length = 0;
  closed.length = 0;
});

const row = (sequence: number): LiveEvent => ({ type: "row", sequence, item: { id: "a" } as FeedItem });

function tab(name: string, after: number) {
  const heard: LiveEvent[] = [];
  const states: boolean[] = [];
  let isHidden = false;
  let onTurn = () => {};
  const leave = openLive({
    name,
    after,
    onEvent: (event) => heard.push(event),
    onState: (live) => states.push(live),
    surroundings: {
      isHidden: () => isHidden,
      onVisibility: (listener) => {
        onTurn = listener;
        return () => {};
      },
    },
    connect: (options) => {
      connections.push(options);
      return { close: () => closed.push(options) };
    },
  });
  open.push(leave);
  const hide = (hidden: boolean) => {
    isHidden = hidden;
    onTurn();
  };
  return { leave, states, heard, hide, sequences: () => heard.map((event) => event.sequence) };
}

describe("tabs of one browser", () => {
  it("share one connection, and each receives every event once", async () => {
    const first = tab("one", 10);
    await vi.waitFor(() => expect(connections).toHaveLength(1));
    const second = tab("one", 10);
    connections[0]?.onState(true);
    for (const sequence of [11, 12]) connections[0]?.onEvent(row(sequence));
    for (const one of [first, second]) await vi.waitFor(() => expect(one.sequences()).toEqual([11, 12]));
    await vi.waitFor(() => expect(second.states).toContain(true));
    expect(connections).toHaveLength(1);
  });

  it("that open later receive the events since their page was read, or learn that some are missing", async () => {
    tab("two", 10);
    await vi.waitFor(() => expect(connections).toHaveLength(1));
    for (const sequence of [11, 12, 13]) connections[0]?.onEvent(row(sequence));
    const late = tab("two", 11);
    await vi.waitFor(() => expect(late.sequences()).toEqual([12, 13]));
    const older = tab("two", 5);
    await vi.waitFor(() => expect(older.heard[0]).toEqual({ type: "reset", sequence: 5 }));
    connections[0]?.onEvent(row(14));
    await vi.waitFor(() => expect(late.sequences()).toEqual([12, 13, 14]));
  });

  it("resume after the last event received when the leader is closed", async () => {
    const first = tab("three", 10);
    await vi.waitFor(() => expect(connections).toHaveLength(1));
    const second = tab("three", 10);
    connections[0]?.onEvent(row(11));
    await vi.waitFor(() => expect(second.sequences()).toEqual([11]));
    first.leave();
    await vi.waitFor(() => expect(connections).toHaveLength(2));
    expect(closed).toHaveLength(1);
    expect(connections[1]?.after).toBe(11);
    connections[1]?.onEvent(row(11));
    connections[1]?.onEvent(row(12));
    expect(second.sequences()).toEqual([11, 12]);
  });

  it("that close before their turn open no connection, and don't block other tabs", async () => {
    // like Chromium, which still grants a lock request that is aborted while it is being granted
    const granted = Promise.withResolvers<void>();
    const real = navigator.locks.request.bind(navigator.locks);
    const request = vi.spyOn(navigator.locks, "request");
    request.mockImplementationOnce(async (name: string, _: object, lead: LockGrantedCallback<unknown>) => {
      await Promise.resolve();
      return real(name, (lock) => {
        granted.resolve();
        return lead(lock);
      });
    });
    tab("six", 10).leave();
    await granted.promise;
    tab("six", 20);
    await vi.waitFor(() => expect(connections).toHaveLength(1));
    expect(connections[0]?.after).toBe(20);
    request.mockRestore();
  });

  it("ask for what they missed when they are visible again", async () => {
    tab("seven", 10);
    await vi.waitFor(() => expect(connections).toHaveLength(1));
    const sleeper = tab("seven", 10);
    connections[0]?.onEvent(row(11));
    await vi.waitFor(() => expect(sleeper.sequences()).toEqual([11]));
    const said: unknown[] = [];
    const channel = new BroadcastChannel("seven");
    channel.onmessage = ({ data }) => said.push(data);
    sleeper.hide(true);
    sleeper.hide(false);
    await vi.waitFor(() =>
      expect(said).toContainEqual(expect.objectContaining({ type: "events", whole: true })),
    );
    channel.close();
    expect(said[0]).toMatchObject({ type: "since", after: 11 });
    // it receives again what it has delivered already
    expect(sleeper.sequences()).toEqual([11]);
  });

  it("that are visible take the lead from a leader that is silent too long, and hand it over to another", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    // like a frozen tab, it has the lock and is silent
    const frozen = navigator.locks.request("eight", () => new Promise(() => {})).catch(() => "stolen");
    const hidden = tab("eight", 10);
    hidden.hide(true);
    const seen = tab("eight", 20);
    vi.advanceTimersByTime(40_000);
    expect(connections).toEqual([]);
    vi.advanceTimersByTime(20_000);
    await vi.waitFor(() => expect(connections).toHaveLength(1));
    expect(await frozen).toBe("stolen");
    expect(connections[0]?.after).toBe(20);
    connections[0]?.onEvent(row(21));
    expect(seen.sequences()).toEqual([21]);
    await navigator.locks.request("eight", { steal: true }, async () => {
      await vi.waitFor(() => expect(closed).toEqual(connections));
    });
    // the lock is free again, so the first tab that waits for it leads
    await vi.waitFor(() => expect(connections).toHaveLength(2));
  });

  it("of another person or organisation receive nothing", async () => {
    tab("four", 10);
    const other = tab("five", 10);
    await vi.waitFor(() => expect(connections).toHaveLength(2));
    connections[0]?.onEvent(row(11));
    // a message to the wrong tab would arrive within this time
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(other.heard).toEqual([]);
  });
});
