import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { removeMember } from "#lib/identity/team/members.ts";
import { getDetection } from "#lib/triage/get.ts";
import { userIdOf } from "#test/escalations.ts";
import { everySeverity, hoursThatBegin, startNotifying, switchedOff } from "#test/notifying.ts";
import { notifyDue } from "#test/steps.ts";
import { getReachability } from "../devices/reachability.ts";
import { setOwnPreferences, setOwnShift } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, addDevice, raise, makeDue, execute } = started;
const { services } = stack;
beforeEach(started.reset);
afterAll(started.stop);

const takePaths = () => push.received.splice(0).map(({ path }) => path);

/** Adds a Viewer who is always on shift, and devices of everybody that are all verified. Removes the Viewer after `work`. */
async function withViewer(
  work: (paths: { viewer: string; analyst: string; admin: string }) => Promise<void>,
): Promise<void> {
  const viewer = await stack.asMember("viewer", admin.actor.organisationId);
  await setOwnPreferences(viewer, everySeverity);
  const paths = {
    viewer: (await addDevice(viewer)).path,
    analyst: (await addDevice(analyst)).path,
    admin: (await addDevice(admin)).path,
  };
  await execute(`update devices set last_shown_at = '${services.now().toISOString()}'`);
  await work(paths);
  await removeMember(admin, { userId: userIdOf(viewer) });
}

describe("a Viewer on shift, who can't act on an alert,", () => {
  it("is notified, but doesn't stand in for people off shift, nor for the admins", () =>
    withViewer(async (paths) => {
      const { shift } = hoursThatBegin(services.now());
      await setOwnPreferences(admin, { ...everySeverity, shift, alwaysNotify: [] });
      await setOwnPreferences(analyst, { ...everySeverity, shift });
      await raise("viewer-high");
      await notifyDue(services);
      expect(takePaths().toSorted()).toEqual([paths.viewer, paths.analyst].toSorted());
      const { coverageGaps } = await getReachability(admin);
      expect(coverageGaps.map(({ severity }) => severity)).toContain("medium");
      // nobody who can act is notified now, so the admins are
      await setOwnPreferences(analyst, switchedOff);
      clock.laterMs += 61_000;
      const id = await raise("viewer-only");
      await notifyDue(services);
      expect(takePaths().toSorted()).toEqual([paths.viewer, paths.admin].toSorted());
      expect((await getDetection(admin, id)).timeline[0]?.text).toContain("The admins were notified");
      // a Medium needs nobody at once
      clock.laterMs += 61_000;
      await raise("viewer-medium", { severity: "Medium" });
      await notifyDue(services);
      expect(takePaths()).toEqual([paths.viewer]);
    }));

  it("doesn't keep the admins from being notified if the analyst's device is dead", () =>
    withViewer(async (paths) => {
      await setOwnPreferences(analyst, everySeverity);
      await setOwnPreferences(admin, switchedOff);
      push.answer(paths.analyst, 410);
      await raise("viewer-left");
      await notifyDue(services);
      expect(takePaths()).toEqual(expect.arrayContaining([paths.viewer, paths.admin]));
    }));

  it("isn't enough for the first escalation: people who aren't on call are told too", () =>
    withViewer(async (paths) => {
      for (const ctx of [admin, analyst]) await setOwnShift(ctx, { kind: "none", timeZone: "UTC" });
      await raise("viewer-escalates");
      await notifyDue(services);
      takePaths();
      await makeDue("escalation");
      await notifyDue(services);
      expect(takePaths().toSorted()).toEqual(Object.values(paths).toSorted());
    }));
});
