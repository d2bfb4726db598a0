import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FeedItem } from "#lib/triage/list.ts";
import { FeedPortal, newestFirst } from "#test/feed-portal.ts";
import { type Filters, noFilters } from "./feed-address.ts";
import { withFresh } from "./feed-state.ts";
import type { Connect } from "./live-connection.ts";
import { type OpenLive, openLive } from "./live-tabs.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-04T10:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const only = (severity: "high" | "low"): Filters => ({ ...noFilters, severity: [severity] });
const high = only("high");

/** Simulates a portal whose first page has the rows a, b and c, and which has `more` rows on the pages after that. */
function portalWith(more = 0) {
  const portal = new FeedPortal();
  for (const [index, id] of ["c", "b", "a", ...Array.from({ length: more }, (_, n) => `z${n}`)].entries())
    portal.put(id, 30 - index);
  return portal;
}

describe("rows by the stream", () => {
  it("are patched in place, wait when they are new, and are marked when they no longer match", async () => {
    const portal = portalWith();
    const feed = portal.open(high);
    feed.connect(true);
    portal.put("b", 29);
    portal.put("d", 40);
    portal.put("a", 28, { severity: "low" });
    await feed.hear();
    expect([feed.titles(), feed.fresh()]).toEqual([["c 11", "b 14", "a 16"], ["d 15"]]);
    expect([...feed.store.get().gone]).toEqual([["a", "no longer matches"]]);
  });

  it("aren't undone by an answer that was read before they arrived", async () => {
    const portal = portalWith();
    const feed = portal.open(high);
    feed.connect(true);
    void feed.store.look();
    portal.read(0);
    portal.put("b", 29);
    portal.put("d", 40);
    portal.remove("a");
    await feed.hear();
    await portal.answer();
    expect([feed.titles(), feed.fresh()]).toEqual([["c 11", "b 14", "a 13"], ["d 15"]]);
    expect([...feed.store.get().gone]).toEqual([["a", "deleted"]]);
  });

  it("are applied again to a page that the server rendered before they arrived", async () => {
    const portal = portalWith();
    const feed = portal.open();
    feed.connect(true);
    const drawn = portal.page(high);
    portal.put("b", 29, { severity: "low" });
    portal.put("d", 40);
    await feed.hear();
    feed.store.begin(drawn, high);
    expect(feed.fresh()).toEqual(["d 15"]);
    expect([...feed.store.get().gone]).toEqual([["b", "no longer matches"]]);
  });

  it("are reread when the stream can't resume", async () => {
    const portal = portalWith();
    const feed = portal.open();
    feed.connect(true);
    portal.put("b", 29);
    portal.remove("a");
    portal.put("d", 40);
    await feed.reset();
    await portal.answer();
    expect([feed.titles(), feed.fresh()]).toEqual([["c 11", "b 14", "a 13"], ["d 16"]]);
    expect([...feed.store.get().gone.keys()]).toEqual(["a"]);
  });

  it.each(["the stream's reset", "a poll"])("are those of a restored database after %s", async (how) => {
    const portal = portalWith();
    const restore = portal.backUp();
    const feed = portal.open();
    feed.connect(true);
    portal.put("b", 29, { status: "dismissed" });
    portal.put("d", 40);
    portal.put("e", 41);
    await feed.hear();
    feed.store.apply(withFresh);
    restore();
    portal.put("f", 50);
    if (how === "a poll") void feed.store.look();
    else await feed.reset();
    await portal.answer();
    expect(feed.store.get().items.map(({ title, status }) => `${title} ${status}`)).toEqual([
      "e 16 active",
      "d 15 active",
      ...["c 11", "b 12", "a 13"].map((row) => `${row} active`),
    ]);
    expect(feed.fresh()).toEqual(["f 14"]);
    expect([...feed.store.get().gone.keys()].toSorted()).toEqual(["d", "e"]);
    // and what changes from now on is shown, although the numbers were seen before
    portal.put("b", 29, { status: "resolved" });
    if (how === "a poll") void feed.store.look();
    else await feed.reset();
    await portal.answer();
    expect(feed.titles()).toContain("b 15");
  });

  it("that may contain the searched text are checked by the server, many in one request", async () => {
    const portal = portalWith();
    const feed = portal.open({ ...noFilters, q: "1" });
    feed.connect(true);
    portal.put("d", 40, { title: "1 d" });
    portal.put("e", 41, { title: "none" });
    portal.put("b", 29, { title: "none" });
    await feed.hear();
    expect(feed.titles()).toEqual(["c 11", "none", "a 13"]);
    expect(feed.fresh()).toEqual([]);
    await vi.advanceTimersByTimeAsync(400);
    expect(portal.asked.map(({ address }) => address)).toEqual(["/api/feed?id=d%2Ce%2Cb&view=triage&q=1"]);
    await portal.answer();
    expect(feed.fresh()).toEqual(["1 d"]);
    expect([...feed.store.get().gone]).toEqual([["b", "no longer matches"]]);
  });

  it("that may contain the searched text are checked again after a request without an answer", async () => {
    const portal = portalWith();
    const feed = portal.open({ ...noFilters, q: "1" });
    feed.connect(true);
    portal.put("d", 40, { title: "1 d" });
    await feed.hear();
    await vi.advanceTimersByTimeAsync(400);
    await portal.answer(0, false);
    await vi.advanceTimersByTimeAsync(3_000);
    while (portal.asked.length > 0) await portal.answer();
    expect(feed.fresh()).toEqual(["1 d"]);
  });
});

describe("without the stream", () => {
  it("the list is reread every 15 s, and rows with a pending change every 1.5 s", async () => {
    const portal = portalWith();
    const feed = portal.open();
    feed.connect(false);
    portal.put("d", 40);
    await vi.advanceTimersByTimeAsync(15_000);
    await portal.answer();
    expect(feed.fresh()).toEqual(["d 14"]);
    portal.put("b", 29, { pendingStatus: "resolved" });
    await vi.advanceTimersByTimeAsync(15_000);
    await portal.answer();
    portal.put("b", 29, { pendingStatus: null, status: "resolved" });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(portal.asked.map(({ address }) => address)).toEqual(["/api/feed?id=b"]);
    await portal.answer();
    expect(feed.store.get().items[1]?.status).toBe("resolved");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(portal.asked).toEqual([]);
  });

  it("a waiting row stops waiting once it no longer matches", async () => {
    const portal = portalWith();
    const feed = portal.open(high);
    feed.connect(false);
    portal.put("d", 40);
    void feed.store.look();
    await portal.answer();
    expect(feed.fresh()).toEqual(["d 14"]);
    portal.put("d", 40, { severity: "low" });
    void feed.store.look();
    await portal.answer();
    expect(feed.fresh()).toEqual([]);
  });

  it("events after a reconnection win over the last reading", async () => {
    const portal = portalWith();
    const feed = portal.open(high);
    feed.connect(true);
    feed.connect(false);
    portal.put("b", 29, { severity: "low" });
    portal.put("d", 40);
    portal.put("b", 29, { severity: "high" });
    void feed.store.look();
    await portal.answer();
    feed.connect(true);
    await feed.hear(1);
    await feed.hear();
    expect([feed.titles(), feed.fresh()]).toEqual([["c 11", "b 16", "a 13"], ["d 15"]]);
    expect(feed.store.get().gone.size).toBe(0);
  });

  it("a failed reading is reported until the stream is back and the counts are reread", async () => {
    const portal = portalWith();
    const feed = portal.open();
    feed.connect(true);
    feed.connect(false);
    void feed.store.look();
    await portal.answer(0, false);
    expect(feed.store.get().trouble).toMatch(/can't be reached/);
    feed.connect(true);
    await portal.answer();
    expect(feed.store.get().trouble).toBeNull();
  });

  it("the later of two readings counts, whichever is answered first", async () => {
    const portal = portalWith();
    const feed = portal.open();
    feed.connect(false);
    void feed.store.look();
    portal.read(0);
    portal.remove("a");
    void feed.store.look();
    await portal.answer(1);
    await portal.answer(0);
    expect([...feed.store.get().gone.keys()]).toEqual(["a"]);
  });
});

describe("a hidden page", () => {
  it("requests nothing, and rereads as soon as it is visible again", async () => {
    const portal = portalWith();
    const feed = portal.open();
    feed.connect(false);
    feed.hide(true);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(portal.asked).toEqual([]);
    portal.put("d", 40);
    feed.hide(false);
    await portal.answer();
    expect(feed.fresh()).toEqual(["d 14"]);
  });

  it("still applies stream events", async () => {
    const portal = portalWith();
    const feed = portal.open();
    feed.connect(true);
    feed.hide(true);
    portal.put("d", 40);
    await feed.hear();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(feed.fresh()).toEqual(["d 14"]);
  });

  it("requests nothing once it is closed", async () => {
    const portal = portalWith();
    const feed = portal.open();
    feed.connect(true);
    portal.put("b", 29);
    await feed.hear();
    feed.leave();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(portal.asked).toEqual([]);
  });
});

describe("the next page", () => {
  it("is appended, with the stream events since it was read", async () => {
    const portal = portalWith(2);
    const feed = portal.open(high);
    feed.connect(true);
    void feed.store.more();
    expect(feed.store.get().isLoadingMore).toBe(true);
    portal.read(0);
    portal.put("z0", 27, { severity: "low" });
    await feed.hear();
    await portal.answer();
    expect(feed.titles()).toEqual(["c 11", "b 12", "a 13", "z0 16", "z1 15"]);
    expect([...feed.store.get().gone.keys()]).toEqual(["z0"]);
    expect(feed.store.get()).toMatchObject({ isLoadingMore: false, nextCursor: null });
  });

  it("isn't appended to a list with other filters, whose own next page can be loaded immediately", async () => {
    const portal = portalWith(2);
    portal.put("l1", 5, { severity: "low" });
    const feed = portal.open();
    feed.connect(true);
    void feed.store.more();
    feed.store.begin(portal.page(high), high);
    await portal.answer();
    expect(feed.titles()).toEqual(["c 11", "b 12", "a 13"]);
    void feed.store.more();
    await portal.answer();
    expect(feed.titles()).toEqual(["c 11", "b 12", "a 13", "z0 14", "z1 15"]);
  });

  it("is requested once, and can be requested again after a failure", async () => {
    const portal = portalWith(2);
    const feed = portal.open();
    void feed.store.more();
    void feed.store.more();
    expect(portal.asked).toHaveLength(1);
    await portal.answer(0, false);
    expect(feed.store.get().moreProblem).toMatch(/could not be loaded/);
    void feed.store.more();
    await portal.answer();
    expect(feed.store.get()).toMatchObject({ moreProblem: null, nextCursor: null });
  });
});

it("applies events of a shared connection in both tabs, each by its own filters", async () => {
  // locks and channels are asynchronous
  vi.useRealTimers();
  const portal = portalWith();
  const connections: Parameters<Connect>[0][] = [];
  const connect: Connect = (options) => {
    connections.push(options);
    return { close: () => {} };
  };
  const always: Filters = { ...high, range: "all" };
  const share: OpenLive = (options) => openLive({ ...options, connect });
  const [one, other] = [portal.open(always, share), portal.open({ ...always, severity: ["low"] }, share)];
  await vi.waitFor(() => expect(connections).toHaveLength(1));
  connections[0]?.onState(true);
  portal.put("d", 40);
  portal.put("e", 41, { severity: "low" });
  for (const event of portal.events.slice(-2)) connections[0]?.onEvent(event);
  await vi.waitFor(() => expect(one.fresh()).toEqual(["d 14"]));
  // its list was empty, so new rows show immediately
  await vi.waitFor(() => expect(other.titles()).toEqual(["e 15"]));
  await vi.waitFor(() => expect(other.store.get().live.state).toBe("live"));
});

it("shows no rows of an organisation that another tab chose", async () => {
  const portal = portalWith();
  const feed = portal.open();
  void feed.store.look();
  portal.organisationId = "another";
  portal.put("secret", 40);
  await portal.answer();
  expect(feed.left).toEqual(["/detections"]);
  expect([...feed.titles(), ...feed.fresh()]).toEqual(["c 11", "b 12", "a 13"]);
});

it("waits until each configuration was polled, and names those that weren't", async () => {
  const portal = portalWith();
  const feed = portal.open();
  feed.connect(true);
  void feed.store.awaitReads([{ id: "a", displayName: "Contoso" }], Date.now());
  expect(feed.store.get().isReading).toBe(true);
  for (let second = 0; second < 25; second++) {
    await vi.advanceTimersByTimeAsync(1_000);
    while (portal.asked.length > 0) await portal.answer();
  }
  expect(feed.store.get().isReading).toBe(false);
  expect(feed.store.get().trouble).toBe(
    "Contoso has not answered yet. The list updates by itself when it does.",
  );
});

describe("events and answers in any order", () => {
  const ids = ["a", "b", "c", "d", "e", "f", "g"];
  const severity = fc.constantFrom("high" as const, "low" as const);
  const at = fc.nat({ max: 6 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant("put" as const), at, severity }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("remove" as const), at }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("hear" as const), at }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constantFrom("look" as const, "more" as const) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constantFrom("read" as const, "answer" as const), at }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("draw" as const), severity }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("begin" as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("cut" as const, "back" as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("fresh" as const) }) },
  );
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  async function run(portal: FeedPortal, steps: readonly Step[]) {
    let filters = high;
    let drawn = { filters, page: portal.page(filters) };
    const feed = portal.open(filters);
    feed.connect(true);
    for (const one of steps) {
      if (one.type === "put") portal.put(ids[one.at] ?? "", one.at, { severity: one.severity });
      if (one.type === "remove") portal.remove(ids[one.at] ?? "");
      if (one.type === "hear") await feed.hear(one.at);
      if (one.type === "look") void feed.store.look();
      if (one.type === "more") void feed.store.more();
      if (one.type === "read") portal.read(one.at);
      if (one.type === "answer") await portal.answer(Math.min(one.at, portal.asked.length - 1));
      if (one.type === "draw") drawn = { filters: only(one.severity), page: portal.page(only(one.severity)) };
      if (one.type === "begin") feed.store.begin(drawn.page, drawn.filters);
      if (one.type === "begin") ({ filters } = drawn);
      if (one.type === "cut" || one.type === "back") feed.connect(one.type === "back");
      if (one.type === "fresh") feed.store.apply((state) => withFresh(state));
    }
    return { feed, filters };
  }

  it.each(["the stream", "another look"])(
    "the list is the portal's once %s has told the rest",
    async (way) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
          const portal = new FeedPortal();
          for (const [minute, id] of ids.slice(0, 5).entries()) portal.put(id, minute);
          const { feed, filters } = await run(portal, steps);
          if (way === "the stream") await feed.hear();
          else void feed.store.look();
          // a reading that happens only now would include the rest
          const isRead = () => way === "another look" || portal.asked[0]?.read !== null;
          while (portal.asked.length > 0) await portal.answer(0, isRead());
          feed.leave();
          const { items, fresh, gone, end } = feed.store.get();
          const firstPage = portal.page(filters);
          // lower rows arrive with the next page, and a reading covers only the first page
          const ends = [
            ...(end ? [end] : []),
            ...(way === "another look" && firstPage.nextCursor ? firstPage.items.slice(-1) : []),
          ];
          const inReach = (item: FeedItem) => ends.every((one) => newestFirst(item, one) <= 0);
          const held = [...items.filter(({ id }) => !gone.has(id)), ...fresh]
            .filter(inReach)
            .sort(newestFirst);
          const wanted = portal.matching(filters).filter(inReach);
          expect(held.map(({ title }) => title)).toEqual(wanted.map(({ title }) => title));
        }),
        { numRuns: 300 },
      );
    },
  );
});
