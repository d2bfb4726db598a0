import { neutralWords, type Words } from "#lib/domain/vendor-words.ts";
import { expect, it } from "vitest";
import type { VendorProblem } from "#lib/vendors/problem.ts";
import { hopsOf } from "./hops.ts";

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
const run = { startedAt, accepted: after(0.4), samples: [], waited: false, words };
const states = (hops: ReturnType<typeof hopsOf>) =>
  hops.map(({ id, state, afterMs }) => [id, state, afterMs]);
const refusal: VendorProblem = {
  code: "no_sample_right",
  vendorCode: "AuthorizationFailed",
  field: null,
  message: "The vendor refused.",
  remedy: "Assign a role.",
  maybeDelay: false,
  passes: false,
  retryAfterMs: null,
  requestId: null,
  concerns: "credential",
  refuses: false,
  needsSignIn: false,
  challenge: null,
};

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
  const samples = [
    { receivedAt: after(9), firstPolledAt: null, firstDeliveredAt: after(9) },
    { receivedAt: after(12), firstPolledAt: after(12), firstDeliveredAt: after(30) },
  ];
  expect(states(hopsOf({ ...run, samples }))).toEqual([
    ["accepted", "passed", 400],
    ["received", "passed", 9_000],
    ["polled", "passed", 12_000],
    ["stored", "passed", 9_000],
  ]);
});

it("a hop without a sample when the wait is over is missing, and says where to look", () => {
  const samples = [{ receivedAt: after(20), firstPolledAt: after(20), firstDeliveredAt: null }];
  const hops = hopsOf({ ...run, samples, waited: true });
  expect(states(hops)[1]).toEqual(["received", "missing", null]);
  expect(hops[1]?.reason).toContain("Settings > Deliveries");
  expect(hops.filter(({ reason }) => reason).map(({ id }) => id)).toEqual(["received"]);
  const none = hopsOf({ ...run, waited: true });
  expect(none.map(({ state }) => state)).toEqual(["passed", "missing", "missing", "missing"]);
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
  const samples = [{ receivedAt: after(-2), firstPolledAt: after(-2), firstDeliveredAt: after(-1) }];
  const hops = hopsOf({ ...run, accepted: after(-3), samples });
  expect(hops.map(({ afterMs }) => afterMs)).toEqual([0, 0, 0, 0]);
});
