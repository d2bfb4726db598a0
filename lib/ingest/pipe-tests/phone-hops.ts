import { sampleWindowMs } from "#lib/domain/grouping.ts";
import type { notificationStates } from "#lib/domain/notification.ts";
import type { Hop } from "./hop.ts";

/** how long each step to a device may take before the device counts as missing */
const deviceWaitMs = 2 * 60_000;

/** A device of the person who started a pipe test. */
export type TestedDevice = {
  id: string;
  name: string;
  /** whether the device reports a notification only once the person taps it, as iPhones and iPads do */
  isTapped: boolean;
  /** a sentence that says why the device can't be notified; null if it can */
  problem: string | null;
};

/** A web push about a sample of the tested configuration. */
type SamplePush = {
  deviceId: string | null;
  detectionId: string | null;
  state: (typeof notificationStates)[number];
  problem: string | null;
  queuedAt: Date;
  acceptedAt: Date | null;
  shownAt: Date | null;
  openedAt: Date | null;
};

export type PhoneRun = {
  startedAt: Date;
  now: Date;
  /** the stored samples of the test, with the time at which each was stored */
  samples: readonly { id: string; receivedAt: Date }[];
  /** whether no more samples are awaited */
  waited: boolean;
  /** the name of the person who started the test; null if that is the reader */
  startedBy: string | null;
  devices: readonly TestedDevice[];
  /** pushes of the test's samples, and of earlier samples that they may have been grouped with */
  pushes: readonly SamplePush[];
};

const noDevice = (startedBy: string | null): Hop => ({
  id: "phone",
  label: startedBy ? `On the phone of ${startedBy}` : "On your phone",
  state: "skipped",
  afterMs: null,
  reason: startedBy
    ? "They have no device that can be notified."
    : "You have no device that can be notified. Add your phone under Settings > Notifications.",
});

/** Returns the hops of a test's notification on each device: accepted by the push service, and shown. */
export function phoneHopsOf(run: PhoneRun): Hop[] {
  if (run.devices.length === 0) return [noDevice(run.startedBy)];
  return run.devices.flatMap((device) => hopsOn(device, run));
}

function hopsOn(device: TestedDevice, run: PhoneRun): Hop[] {
  const { id, name, problem } = device;
  const skipped = (reason: string): Hop[] => [
    { id: `phone:${id}`, label: `On ${name}`, state: "skipped", afterMs: null, reason },
  ];
  if (problem) return skipped(problem);
  const ids = new Set(run.samples.map((sample) => sample.id));
  const onDevice = run.pushes.filter(({ deviceId }) => deviceId === id);
  const own = onDevice.filter(({ detectionId, state }) => ids.has(detectionId ?? "") && state !== "grouped");
  const storedAt = timeOf(run.samples.map(({ receivedAt }) => receivedAt));
  if (own.length === 0 && storedAt !== null) {
    const earlier = onDevice.find(
      ({ detectionId, state, queuedAt }) =>
        !ids.has(detectionId ?? "") &&
        (state === "queued" || state === "accepted") &&
        queuedAt.getTime() > storedAt - sampleWindowMs,
    );
    if (earlier) return skipped(groupedReason(earlier.queuedAt, run.now));
  }
  const accepted = acceptedHop(device, own, run);
  return [accepted.hop, shownHop(device, own, accepted, run)];
}

function groupedReason(queuedAt: Date, now: Date): string {
  const minutes = Math.ceil((queuedAt.getTime() + sampleWindowMs - now.getTime()) / 60_000);
  return `Samples notify a device once in ten minutes, and this one was notified shortly before. To test it, run the test again in ${Math.max(1, minutes)} min.`;
}

const timeOf = (moments: readonly (Date | null)[]) => {
  const times = moments.flatMap((at) => (at ? [at.getTime()] : []));
  return times.length > 0 ? Math.min(...times) : null;
};
const afterMs = (at: number | null, startedAt: Date) =>
  at === null ? null : Math.max(0, at - startedAt.getTime());

type Accepted = { hop: Hop; at: number | null };

function acceptedHop({ id, name }: TestedDevice, own: readonly SamplePush[], run: PhoneRun): Accepted {
  const base = { id: `sent:${id}`, label: `Accepted by the push service of ${name}` } as const;
  // a device may report before the push service's answer is recorded
  const at = timeOf(own.map(({ acceptedAt, shownAt, openedAt }) => acceptedAt ?? shownAt ?? openedAt));
  if (at !== null)
    return { at, hop: { ...base, state: "passed", afterMs: afterMs(at, run.startedAt), reason: null } };
  const reason = unsentReason(own, run);
  return { at, hop: { ...base, state: reason ? "missing" : "waiting", afterMs: null, reason } };
}

/** Returns why a device wasn't notified, or null if it may still be. */
function unsentReason(own: readonly SamplePush[], { samples, now, waited }: PhoneRun): string | null {
  const failed = own.find(({ state }) => state === "failed" || state === "skipped");
  if (failed) return `${failed.problem ?? "It failed."} Send a test under Settings > Notifications.`;
  if (own.some(({ state }) => state === "rate_limited" || state === "deferred"))
    return "You were notified of too many alerts within the hour, so a summary will count this one. Run the test later.";
  const storedAt = timeOf(samples.map(({ receivedAt }) => receivedAt));
  if (storedAt === null) return waited ? "No sample arrived, so there was nothing to notify of." : null;
  return now.getTime() - storedAt >= deviceWaitMs
    ? "Not sent within 2 min. See under Settings > Readiness whether the worker runs."
    : null;
}

function shownHop(
  { id, name, isTapped }: TestedDevice,
  own: readonly SamplePush[],
  accepted: Accepted,
  { startedAt, now }: PhoneRun,
): Hop {
  const base = { id: `shown:${id}`, label: `Shown on ${name}` } as const;
  const shownAt = timeOf(own.map((push) => push.shownAt ?? push.openedAt));
  if (shownAt !== null)
    return { ...base, state: "passed", afterMs: afterMs(shownAt, startedAt), reason: null };
  if (accepted.hop.state === "missing") return { ...base, state: "missing", afterMs: null, reason: null };
  if (accepted.at === null) return { ...base, state: "waiting", afterMs: null, reason: null };
  if (now.getTime() - accepted.at < deviceWaitMs)
    return { ...base, state: "waiting", afterMs: null, reason: isTapped ? tapIt : null };
  return { ...base, state: "missing", afterMs: null, reason: isTapped ? notTapped : notShown };
}

const tapIt = "Tap the notification: an iPhone or iPad reports it only then.";
const notShown =
  "Not shown within 2 min. See that the device is on and online, that its browser runs, and that Do Not Disturb is off. Then send a test under Settings > Notifications.";
const notTapped =
  "Not shown within 2 min, or not tapped. See that the device is on and online, and that no Focus hides PocketSOC. If nothing came, open PocketSOC from the Home Screen and send a test under Settings > Notifications.";
