// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { draw } from "#test/draw.ts";
import { pageState } from "#components/ui/page-state.ts";
import { SessionWatch } from "./session-watch.tsx";

const minute = 60_000;
let asked: string[] = [];
/** the portal's session: when it was last used and when it ends for good, in ms */
let usedAt = 0;
let endsAt = 0;
let isDown = false;
let staysForAlerts = false;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  isDown = false;
  staysForAlerts = false;
  usedAt = Date.now();
  endsAt = Date.now() + 720 * minute;
  vi.stubGlobal("fetch", async (_path: string, { method }: { method: string }) => {
    asked.push(method);
    if (isDown) throw new TypeError("Failed to fetch");
    const now = Date.now();
    const idleMs = usedAt + 30 * minute - now;
    if (Math.min(idleMs, endsAt - now) <= 0 && !staysForAlerts) return new Response(null, { status: 401 });
    if (method === "POST") usedAt = now;
    const left = { idleMs: usedAt + 30 * minute - now, absoluteMs: endsAt - now };
    return Response.json({
      leftMs: Math.max(0, Math.min(left.idleMs, left.absoluteMs)),
      canStay: left.idleMs < left.absoluteMs,
      staysForAlerts,
    });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const press = () => act(async () => void dispatchEvent(new KeyboardEvent("keydown", { key: "j" })));
const screen = () => document.body.textContent ?? "";

it("a page that nobody touches reports nothing, warns two minutes before the end, and says when it has ended", async () => {
  await draw(<SessionWatch />);
  await pass(27.5 * minute);
  expect(screen()).not.toContain("signed out");
  await pass(minute);
  expect(screen()).toContain("You are about to be signed out");
  await pass(2 * minute);
  expect(screen()).toContain("Your session has ended");
  expect(asked).not.toContain("POST");
  const before = asked.length;
  await press();
  await pass(60 * minute);
  expect(asked).toHaveLength(before);
});

it("a page says at once that the session has ended when another answer says so", async () => {
  await draw(<SessionWatch />);
  await pass(1_000);
  endsAt = Date.now();
  await act(async () => pageState.note(new Response(null, { status: 401 })));
  await pass(1);
  expect(screen()).toContain("Your session has ended");
});

it("a page whose session has ended goes on once the person has signed in again in another tab", async () => {
  await draw(<SessionWatch />);
  await pass(31 * minute);
  expect(screen()).toContain("Your session has ended");
  expect(document.querySelector("a")?.target).toBe("_blank");
  isDown = true;
  await act(async () => void dispatchEvent(new Event("focus")));
  expect(screen()).toContain("Your session has ended");
  isDown = false;
  usedAt = Date.now();
  endsAt = Date.now() + 720 * minute;
  await act(async () => void dispatchEvent(new Event("focus")));
  expect(screen()).toBe("");
  await pass(2 * minute);
  await press();
  expect(asked.at(-1)).toBe("POST");
});

it("“Stay signed in” keeps the session alive", async () => {
  await draw(<SessionWatch />);
  await pass(29 * minute);
  const button = [...document.querySelectorAll("button")].find(
    (found) => found.textContent === "Stay signed in",
  );
  await act(async () => button?.click());
  await pass(1);
  expect(asked.filter((method) => method === "POST")).toHaveLength(1);
  expect(screen()).not.toContain("signed out");
  await pass(27 * minute);
  expect(screen()).not.toContain("signed out");
});

it("keys and clicks are reported once a minute at most", async () => {
  await draw(<SessionWatch />);
  for (let second = 0; second < 300; second += 5) {
    await press();
    await pass(5_000);
  }
  const posts = asked.filter((method) => method === "POST").length;
  expect([posts >= 3, posts <= 5]).toEqual([true, true]);
});

it("after 12 hours nothing offers to stay", async () => {
  endsAt = Date.now() + 10 * minute;
  await draw(<SessionWatch />);
  await pass(8.5 * minute);
  expect(screen()).toContain("Your session is about to end");
  expect(document.querySelector("button")).toBeNull();
});

it("another tab that is used keeps this one quiet, and a portal that doesn't answer is asked again", async () => {
  await draw(<SessionWatch />);
  await pass(20 * minute);
  usedAt = Date.now();
  isDown = true;
  await pass(9 * minute);
  isDown = false;
  await pass(minute);
  expect(screen()).not.toContain("signed out");
});

it("a verified phone, which stays signed in for alerts, isn't warned", async () => {
  staysForAlerts = true;
  await draw(<SessionWatch />);
  await pass(60 * minute);
  expect(screen()).toBe("");
  expect(asked.length).toBeLessThan(20);
});
