import { expect, it } from "vitest";
import { oldestAge } from "./health.ts";

it.each([
  [[], []],
  [[3], [3]],
  [[3, 70, 5], [70]],
  [[3, null, 70], [null]],
])("of the ages %j a monitor sees %j, which doesn't tell how many organisations there are", (ages, shown) => {
  expect(oldestAge(ages)).toEqual(shown);
});
