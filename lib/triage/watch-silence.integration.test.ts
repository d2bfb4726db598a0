import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { setNotificationPolicy } from "#lib/alerting/preferences/set-policy.ts";
import type { Context } from "#lib/core/context.ts";
import { startEscalations, userIdOf } from "#test/escalations.ts";
import { sendDue, signal } from "#test/steps.ts";
import { acknowledgeDetections } from "./acknowledge.ts";
import { getDetection } from "./get.ts";
import { watchSilentOwners } from "./watch-silence.ts";

const run = await startEscalations();
const { stack, admin, raised, ask, later } = run;
const { services } = stack;
let analyst: Context;
beforeEach(async () => {
  analyst = await run.begin();
  await setNotificationPolicy(admin, { silentMinutes: 30 });
});
afterAll(run.stop);

const watch = () => watchSilentOwners(services, signal);
const stateOf = async (id: string) => {
  const { box, ownerId, silentOwner } = await getDetection(admin, id);
  return { box, ownerId, silentOwner };
};
const queued = async () =>
  [
    ...(await services.db.execute<{ subject: string }>(
      "select subject from notification_queue where subject in ('silent', 'detection') order by 1",
    )),
  ].map(({ subject }) => subject);

describe("an Active High alert whose owner does nothing", () => {
  it("reminds its owner after 25 minutes, once, and needs triage after 30", async () => {
    const { id } = await raised();
    await acknowledgeDetections(analyst, [id]);
    const owned = { box: "owned", ownerId: userIdOf(analyst), silentOwner: null };
    later(24);
    await watch();
    expect([await stateOf(id), await queued()]).toEqual([owned, []]);
    later(2);
    await watch();
    await watch();
    expect([await stateOf(id), await queued()]).toEqual([owned, ["silent"]]);
    await services.db.execute("delete from notification_queue");
    later(3);
    await watch();
    expect(await queued()).toEqual([]);
    later(2);
    await watch();
    expect(await stateOf(id)).toEqual({ box: "triage", ownerId: null, silentOwner: analyst.actor.name });
    expect(await queued()).toEqual(["detection"]);
    const { timeline } = await getDetection(admin, id);
    expect(timeline.map(({ text }) => text)).toContain(
      `${analyst.actor.name} was silent for 30 minutes, so it needs triage again and notifies anew`,
    );
  });

  it("notifies and escalates like a new one then", async () => {
    const { id } = await raised();
    await acknowledgeDetections(analyst, [id]);
    later(31);
    await watch();
    run.takeReceived();
    await run.fire();
    expect(await run.reasons(id)).toEqual(["raised"]);
    expect(run.takeReceived()).toMatchObject([
      { body: expect.stringMatching(`^${analyst.actor.name} had it and was silent`) },
    ]);
    later(5);
    await run.makeDue("escalation");
    await run.fire();
    expect(await run.reasons(id)).toEqual(["raised", "escalated_to_everyone"]);
    await run.escalatesOnceMore(id);
  });

  it("keeps what was acknowledged before 0.4.0, which recorded no change", async () => {
    const { id } = await raised();
    await acknowledgeDetections(analyst, [id]);
    await stack.asOwner(`delete from changes where detection_id = '${id}'`);
    later(60);
    await watch();
    expect((await stateOf(id)).box).toBe("owned");
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ["acknowledges it once more", (id) => acknowledgeDetections(analyst, [id])],
    [
      "decides, even if the vendor refuses it",
      async (id) => {
        await ask(analyst, id, "resolved");
        await stack.control("POST", "/faults", {
          target: "status",
          kind: "arm",
          error: "AuthorizationFailed",
          times: 9,
        });
        await sendDue(services);
        await stack.control("DELETE", "/faults");
      },
    ],
  ])("keeps it for another 30 minutes when the owner %s", async (_how, act) => {
    const { id } = await raised();
    await acknowledgeDetections(analyst, [id]);
    later(28);
    await act(id);
    later(29);
    await watch();
    expect((await stateOf(id)).box).toBe("owned");
    later(2);
    await watch();
    expect((await stateOf(id)).box).toBe("triage");
  });

  it("keeps it where the rules say so, or once it is In Progress, closed or acknowledged by the next", async () => {
    const [off, working, next] = [await raised(), await raised(), await raised()];
    for (const { id } of [off, working, next]) await acknowledgeDetections(analyst, [id]);
    await ask(analyst, working.id, "in_progress");
    await sendDue(services);
    await setNotificationPolicy(admin, { silentMinutes: 0 });
    later(31);
    await watch();
    expect((await stateOf(off.id)).box).toBe("owned");
    await setNotificationPolicy(admin, { silentMinutes: 30 });
    await watch();
    expect((await stateOf(working.id)).box).toBe("owned");
    expect((await stateOf(next.id)).box).toBe("triage");
    await acknowledgeDetections(admin, [next.id]);
    expect(await stateOf(next.id)).toEqual({ box: "owned", ownerId: userIdOf(admin), silentOwner: null });
  });
});
