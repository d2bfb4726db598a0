import { expect, it } from "vitest";
import { LiveStream } from "./live-stream.ts";
import { inBrowser } from "./surroundings.ts";

it("does without the stream in a browser that doesn't let pages share anything", () => {
  const stream = new LiveStream({
    name: "live",
    after: 7,
    surroundings: { ...inBrowser, isHidden: () => false },
    open: () => {
      throw new DOMException("denied", "SecurityError");
    },
  });
  stream.start(() => {})();
  expect(stream.get().state).toBe("off");
});
