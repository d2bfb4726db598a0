import { expect, it } from "vitest";
import { firstRepeated } from "./first-repeated.ts";

it("finds the first text that occurs a second time", () => {
  expect(firstRepeated(["a", "b", "c", "b", "a"])).toBe("b");
  expect(firstRepeated(["a", "__proto__", "constructor"])).toBeUndefined();
  expect(firstRepeated([])).toBeUndefined();
});

it("takes no longer for each of many parameters than for one", () => {
  const { searchParams } = new URL(
    `http://x/?${Array.from({ length: 30_000 }, (_, at) => at.toString(36)).join("&")}`,
  );
  const began = performance.now();
  expect(firstRepeated(searchParams.keys())).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(2_000);
});
