// @vitest-environment happy-dom
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { mayAct, noteWindowFocus } from "./acting-keys.ts";

// one clock for all tests, because the keys remember when they last acted
vi.useFakeTimers();
beforeEach(() => void vi.advanceTimersByTime(10_000));
afterAll(() => void vi.useRealTimers());
const press = (...on: string[]) => mayAct(new KeyboardEvent("keydown", { key: "a" }), on);

it("a key that is held down decides nothing", () => {
  expect(press("one")).toBe(true);
  expect(mayAct(new KeyboardEvent("keydown", { key: "a", repeat: true }), ["one"])).toBe(false);
});

it("a second press within 400 ms decides nothing about another row", () => {
  expect(press("two")).toBe(true);
  vi.advanceTimersByTime(399);
  expect(press("three")).toBe(false);
  expect(press("two")).toBe(true);
  vi.advanceTimersByTime(401);
  expect(press("three")).toBe(true);
});

it("nothing is decided in the first 500 ms after the window has the focus again", () => {
  noteWindowFocus();
  vi.advanceTimersByTime(499);
  expect(press("four")).toBe(false);
  vi.advanceTimersByTime(1);
  expect(press("four")).toBe(true);
});
