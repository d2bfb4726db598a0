// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { draw } from "#test/draw.ts";
import { WorkerNotice } from "./worker-notice.tsx";

const shown = async (worker: Parameters<typeof WorkerNotice>[0]["worker"]) =>
  (await draw(<WorkerNotice worker={worker} nowIso="2026-03-04T10:00:00.000Z" />)).place.textContent;

it("says that no worker runs, whether one ever did or not, and how to start one", async () => {
  const seenAt = new Date("2026-03-04T08:00:00.000Z");
  expect(await shown({ state: "silent", seenAt, clockAheadMs: null })).toMatch(
    /^PocketSOC's worker has stoppedA worker last ran .*nobody is notified of alerts\. Start one with npm start/,
  );
  expect(await shown({ state: "never", seenAt: null, clockAheadMs: null })).toMatch(
    /^No worker has ever runWithout a worker nothing is read/,
  );
});

it("says that a worker's clock is wrong, and nothing while all is well", async () => {
  const seenAt = new Date();
  expect(await shown({ state: "running", seenAt, clockAheadMs: 600_000 })).toMatch(
    /^The worker's clock is 10 min ahead of the database's/,
  );
  expect(await shown({ state: "running", seenAt, clockAheadMs: null })).toBe("");
});
