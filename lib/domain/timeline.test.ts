import { expect, it } from "vitest";
import { isOwnEvent } from "./timeline.ts";

it.each([
  ["an action in the portal", { source: "portal", actor: "Ana", detail: {} }, true],
  [
    "the vendor's answer to an own change",
    { source: "vendor", actor: "Acme", detail: { askedBy: "Ana" } },
    true,
  ],
  ["another person's action", { source: "portal", actor: "Ben", detail: {} }, false],
  ["the answer to another's change", { source: "vendor", actor: "Acme", detail: { askedBy: "Ben" } }, false],
  ["a change at the vendor", { source: "vendor", actor: "Acme", detail: {} }, false],
  ["an action of an own script", { source: "api", actor: "Ana", detail: {} }, false],
])("tells Ana whether %s is her own", (_what, event, isOwn) => {
  expect(isOwnEvent(event, "Ana")).toBe(isOwn);
});
