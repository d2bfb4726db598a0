import { expect, it } from "vitest";
import { eventText } from "./timeline-text.ts";

const words = { provider: "Acme" } as Parameters<typeof eventText>[2];

it("says whom an escalation reached, and after how long", () => {
  expect(eventText("everyone_notified", { minutes: 1 }, words)).toBe(
    "Nobody acknowledged it within 1 minute, so everyone on call was notified.",
  );
  expect(eventText("admins_notified_again", { minutes: 10 }, words)).toBe(
    "Nobody acknowledged it within 10 minutes, so the admins were notified again.",
  );
});
