import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectLive } from "./live-connection.ts";

/** Simulates the parts of a browser's EventSource that the code uses. Records when each connection is opened. */
class Source {
  static readonly opened: { at: number; url: string; source: Source }[] = [];
  private readonly listeners = new Map<string, (event: object) => void>();
  constructor(url: string) {
    Source.opened.push({ at: Date.now(), url, source: this });
  }
  addEventListener(name: string, listener: (event: object) => void) {
    this.listeners.set(name, listener);
  }
  tell(name: string, event: object = {}) {
    this.listeners.get(name)?.(event);
  }
  close() {}
}

let leave = () => {};
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  Source.opened.length = 0;
});
afterEach(() => {
  leave();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const connect = () => {
  const states: boolean[] = [];
  const { close } = connectLive({ after: 7, onEvent: () => {}, onState: (live) => states.push(live) });
  leave = close;
  return states;
};
/** The waits before the next `count` connections, when each of them fails immediately. */
const waits = (count: number) =>
  Array.from({ length: count }, () => {
    Source.opened.at(-1)?.source.tell("error");
    const failedAt = Date.now();
    vi.advanceTimersToNextTimer();
    return (Source.opened.at(-1)?.at ?? 0) - failedAt;
  });

describe("reconnecting", () => {
  it.each([
    [0, [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]],
    [1, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
  ])(
    "waits longer with each failure, up to half a minute, and not all at the same moment (%i)",
    (random, expected) => {
      vi.spyOn(Math, "random").mockReturnValue(random);
      connect();
      expect(waits(8)).toEqual(expected);
      expect(new Set(waits(13))).toEqual(new Set(expected.slice(-1)));
      expect(Source.opened).toHaveLength(22);
    },
  );

  it("starts with short waits again once it was open, and resumes after the last change received", () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const states = connect();
    expect(waits(3)).toEqual([500, 1_000, 2_000]);
    const source = Source.opened.at(-1)?.source;
    source?.tell("open");
    source?.tell("heartbeat", { lastEventId: "12", data: "{}" });
    expect(states).toEqual([false, false, false, true]);
    expect(waits(2)).toEqual([500, 1_000]);
    expect(Source.opened.map(({ url }) => url.split("=")[1])).toEqual(["7", "7", "7", "7", "12", "12"]);
  });

  it("treats a connection that is silent for 40 seconds as dead", () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    connect();
    Source.opened.at(-1)?.source.tell("open");
    vi.advanceTimersByTime(40_499);
    expect(Source.opened).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(Source.opened).toHaveLength(2);
  });
});
