import { afterEach, describe, expect, it, vi } from "vitest";
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
  const leave = openLive({
    name,
    after,
    onEvent: (event) => heard.push(event),
    onState: (live) => states.push(live),
    surroundings: { isHidden: () => false, onVisibility: () => () => {} },
    connect: (options) => {
      connections.push(options);
      return { close: () => closed.push(options) };
    },
  });
  open.push(leave);
  return { leave, states, heard, sequences: () => heard.map((event) => event.sequence) };
}

describe("tabs of one browser", () => {
  it("share one connection, and each hears all of it once", async () => {
    const first = tab("one", 10);
    await vi.waitFor(() => expect(connections).toHaveLength(1));
    const second = tab("one", 10);
    connections[0]?.onState(true);
    for (const sequence of [11, 12]) connections[0]?.onEvent(row(sequence));
    for (const one of [first, second]) await vi.waitFor(() => expect(one.sequences()).toEqual([11, 12]));
    await vi.waitFor(() => expect(second.states).toContain(true));
    expect(connections).toHaveLength(1);
  });

  it("that come later are given what was said since their page was read, and are told when that isn't known", async () => {
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

  it("go on after the last thing heard when the one that led is closed", async () => {
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

  it("that leave before it is their turn open no connection, and keep no other from it", async () => {
    // as in Chromium, where a request that is aborted while it is granted is granted all the same
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

  it("of another person or organisation hear nothing of it", async () => {
    tab("four", 10);
    const other = tab("five", 10);
    await vi.waitFor(() => expect(connections).toHaveLength(2));
    connections[0]?.onEvent(row(11));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(other.heard).toEqual([]);
  });
});
