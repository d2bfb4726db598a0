import { neutralWords, type Words } from "#lib/domain/vendor-words.ts";
import { expect, it } from "vitest";
import { bothPathsWork, type HopRun, hopsOf, isSettled } from "./hops.ts";

const startedAt = new Date("2026-11-20T12:00:00.000Z");
const after = (seconds: number) => new Date(startedAt.getTime() + seconds * 1_000);
const words: Words = {
  ...neutralWords,
  product: "Acme Guard",
  provider: "Acme",
  account: "Acme account",
  scope: "project",
  scopes: "projects",
  console: "Acme console",
  forwardingRule: "export",
  forwarder: "Relay",
};
const run: HopRun = {
  startedAt,
  now: after(1),
  accepted: after(0.4),
  samples: [],
  waited: false,
  words,
  startedBy: null,
  devices: [],
  pushes: [],
};
const sample = (receivedAt: Date, firstPolledAt: Date | null, firstDeliveredAt: Date | null) => ({
  id: "sample",
  receivedAt,
  firstPolledAt,
  firstDeliveredAt,
});
const states = (hops: ReturnType<typeof hopsOf>) =>
  hops.filter(({ id }) => id !== "phone").map(({ id, state, afterMs }) => [id, state, afterMs]);
const refusal = { message: "The vendor refused.", remedy: "Assign a role." };

it("every hop waits until the vendor has answered", () => {
  expect(states(hopsOf({ ...run, accepted: null }))).toEqual([
    ["accepted", "waiting", null],
    ["received", "waiting", null],
    ["polled", "waiting", null],
    ["stored", "waiting", null],
  ]);
});

it("names the vendor and its scope in the vendor's words", () => {
  const [accepted, received] = hopsOf({ ...run, waited: true });
  expect(accepted?.label).toBe("Accepted by Acme");
  expect(received?.reason).toContain("See in Acme whether");
  expect(received?.reason).toContain("for this project,");
});

it("each hop passes at the time its first sample reached it", () => {
  const samples = [sample(after(9), null, after(9)), sample(after(12), after(12), after(30))];
  expect(states(hopsOf({ ...run, samples }))).toEqual([
    ["accepted", "passed", 400],
    ["received", "passed", 9_000],
    ["polled", "passed", 12_000],
    ["stored", "passed", 9_000],
  ]);
});

it("a hop without a sample when the wait is over is missing, and says where to look", () => {
  const samples = [sample(after(20), after(20), null)];
  const hops = hopsOf({ ...run, samples, waited: true });
  expect(states(hops)[1]).toEqual(["received", "missing", null]);
  expect(hops[1]?.reason).toContain("Settings > Deliveries");
  expect(hops.filter(({ id, reason }) => reason && id !== "phone").map(({ id }) => id)).toEqual(["received"]);
  const none = hopsOf({ ...run, waited: true });
  expect(states(none).map(([, state]) => state)).toEqual(["passed", "missing", "missing", "missing"]);
  expect([isSettled(none), bothPathsWork(none)]).toEqual([true, false]);
});

it("a refusal gives its reason and doesn't end the test, because samples can be made by hand", () => {
  const hops = hopsOf({ ...run, accepted: refusal });
  expect(hops[0]).toMatchObject({
    state: "refused",
    reason: "The vendor refused. Assign a role.",
    afterMs: null,
  });
  expect(hops[1]?.state).toBe("waiting");
});

it("a clock that was moved back never makes a hop's time negative", () => {
  const samples = [sample(after(-2), after(-2), after(-1))];
  const hops = hopsOf({ ...run, accepted: after(-3), samples });
  expect(states(hops).map(([, , afterMs]) => afterMs)).toEqual([0, 0, 0, 0]);
});

it("a test by hand asks the vendor for nothing, so it has no hop for the vendor's answer", () => {
  const hops = hopsOf({ ...run, accepted: "by_hand" });
  expect(states(hops).map(([id]) => id)).toEqual(["received", "polled", "stored"]);
});

it("an answer that was never recorded is missing when the wait is over, and is no reason to wait on", () => {
  const hops = hopsOf({ ...run, accepted: null, waited: true });
  expect(hops[0]).toMatchObject({ state: "missing", reason: "PocketSOC recorded no answer of Acme." });
  const samples = [sample(after(9), after(9), after(9))];
  const passed = hopsOf({ ...run, accepted: null, samples });
  expect([isSettled(passed), bothPathsWork(passed)]).toEqual([true, true]);
});
