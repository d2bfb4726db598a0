import { expect, it } from "vitest";
import { failureText } from "./failure-text.ts";

const gone = new Error("Failed query", { cause: Object.assign(new Error("no"), { code: "ECONNREFUSED" }) });

it("says what happened, what it means and what to do, and calls nothing unchanged that may be stored", () => {
  const tell = "If it persists, tell whoever runs PocketSOC the reference R1.";
  expect(failureText(gone, "before", "R1")).toBe(
    `The portal can't reach its database. Nothing was changed; try again in a moment. ${tell}`,
  );
  expect(failureText(gone, "reading", "R1")).toBe(
    `The portal can't reach its database. Try again in a moment. ${tell}`,
  );
  expect(failureText(new Error("x"), "begun", "R1")).toBe(
    `Something went wrong on our side. It isn't known whether your change was stored: try again in a moment, but look at what is there before you repeat it. ${tell}`,
  );
});
