import { expect, it } from "vitest";
import { type PhoneRun, phoneHopsOf } from "./phone-hops.ts";

const startedAt = new Date("2026-11-20T12:00:00.000Z");
const after = (seconds: number) => new Date(startedAt.getTime() + seconds * 1_000);
const phone = { id: "phone", name: "Pixel of Ana", isTapped: false, problem: null };
const iPhone = { id: "iphone", name: "iPhone of Ana", isTapped: true, problem: null };
const samples = [{ id: "sample", receivedAt: after(10) }];
type SamplePush = PhoneRun["pushes"][number];
const push = (more: Partial<SamplePush> = {}): SamplePush => ({
  deviceId: "phone",
  detectionId: "sample",
  state: "queued",
  problem: null,
  queuedAt: after(10),
  acceptedAt: null,
  shownAt: null,
  openedAt: null,
  ...more,
});
const run = (more: Partial<PhoneRun>) =>
  phoneHopsOf({
    startedAt,
    now: after(11),
    samples,
    waited: false,
    startedBy: null,
    devices: [phone],
    pushes: [],
    ...more,
  });
const states = (hops: ReturnType<typeof phoneHopsOf>) =>
  hops.map(({ id, state, afterMs }) => [id, state, afterMs]);

it("a notification passes the push service and then the screen of each device, at its own time", () => {
  expect(states(run({ samples: [] }))).toEqual([
    ["sent:phone", "waiting", null],
    ["shown:phone", "waiting", null],
  ]);
  const pushes = [
    push({ state: "accepted", acceptedAt: after(11), shownAt: after(12) }),
    push({ deviceId: "iphone", state: "accepted", acceptedAt: after(11.5) }),
  ];
  const hops = run({ devices: [phone, iPhone], pushes });
  expect(states(hops)).toEqual([
    ["sent:phone", "passed", 11_000],
    ["shown:phone", "passed", 12_000],
    ["sent:iphone", "passed", 11_500],
    ["shown:iphone", "waiting", null],
  ]);
  expect(hops[1]?.label).toBe("Shown on Pixel of Ana");
  // Apple's devices report only a tap
  expect(hops[3]?.reason).toMatch(/^Tap the notification/);
});

it("a tap proves that the notification was shown, also before the push service's answer is recorded", () => {
  const hops = run({ devices: [iPhone], pushes: [push({ deviceId: "iphone", openedAt: after(15) })] });
  expect(states(hops)).toEqual([
    ["sent:iphone", "passed", 15_000],
    ["shown:iphone", "passed", 15_000],
  ]);
});

it("what isn't shown within two minutes of being accepted is missing, and the hop says what to do", () => {
  const pushes = [push({ state: "accepted", acceptedAt: after(20) })];
  expect(states(run({ pushes, now: after(139) }))[1]).toEqual(["shown:phone", "waiting", null]);
  const [, shown] = run({ pushes, now: after(140) });
  expect(shown).toMatchObject({ state: "missing" });
  expect(shown?.reason).toMatch(/^Not shown within 2 min\. .*Settings > Notifications\.$/);
});

it("what isn't sent is missing with its cause: no worker, a failure, too many alerts, no sample", () => {
  const unsent = (more: Partial<PhoneRun>) => {
    const hops = run(more);
    expect(hops.map(({ state }) => state)).toEqual(["missing", "missing"]);
    return hops[0]?.reason;
  };
  expect(unsent({ now: after(130) })).toContain("Settings > Readiness");
  expect(unsent({ pushes: [push({ state: "failed", problem: "The address is gone." })] })).toMatch(
    /^The address is gone\. Send a test/,
  );
  expect(unsent({ pushes: [push({ state: "rate_limited" })] })).toContain("too many alerts");
  expect(unsent({ samples: [], waited: true })).toContain("No sample arrived");
});

it("a device that was notified of samples shortly before isn't notified again, and isn't waited for", () => {
  const earlier = push({ detectionId: "earlier", state: "accepted", queuedAt: after(-200) });
  const [hop, ...others] = run({ pushes: [earlier], now: after(20) });
  expect(others).toEqual([]);
  expect(hop).toMatchObject({ id: "phone:phone", state: "skipped" });
  expect(hop?.reason).toContain("in 7 min.");
  const grouped = push({ state: "grouped" });
  expect(run({ pushes: [earlier, grouped], now: after(20) })[0]?.state).toBe("skipped");
  // one that is older than ten minutes, or that failed, takes no further sample
  const old = { ...earlier, queuedAt: after(-600) };
  expect(run({ pushes: [old] })[0]?.id).toBe("sent:phone");
  expect(run({ pushes: [{ ...earlier, state: "failed" }] })[0]?.id).toBe("sent:phone");
});

it("says so if the starter has no device, or one that can't be notified", () => {
  expect(run({ devices: [] })).toMatchObject([
    {
      id: "phone",
      label: "On your phone",
      state: "skipped",
      reason: expect.stringContaining("Add your phone"),
    },
  ]);
  expect(run({ devices: [], startedBy: "Ana" })[0]?.label).toBe("On the phone of Ana");
  expect(run({ devices: [{ ...phone, problem: "It is signed out." }] })).toMatchObject([
    { label: "On Pixel of Ana", state: "skipped", reason: "It is signed out." },
  ]);
});
