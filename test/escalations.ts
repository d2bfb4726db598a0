import { expect } from "vitest";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { startNotifying } from "./notifying.ts";
import { production } from "./form.ts";
import { feed, makeDue, notifyDue, poll } from "./steps.ts";

/** The reasons for which a High alert that nobody takes care of notifies people, in their order. */
export const steps = ["raised", "escalated_to_everyone", "escalated_to_admins"];

/** Returns a person's user id. */
export const userIdOf = ({ actor }: Context) => (actor.kind === "user" ? actor.userId : "");

/** Starts a stack whose alerts are raised in Azure and found by polls, with the steps of tests about escalations. */
// long: one object of the tests' steps
export async function startEscalations() {
  const run = await startNotifying();
  const { stack, admin, takeReceived } = run;
  const { services } = stack;
  let count = 0;
  const fire = () => notifyDue(services);
  const later = (minutes: number) => {
    run.clock.laterMs += minutes * 60_000;
  };

  /** Raises an alert in Azure, polls and notifies. Returns the alert's name and the detection's id. */
  async function raised(properties: object = {}): Promise<{ id: string; name: string }> {
    const title = `give-back-${++count}`;
    const { names } = (await stack.control("POST", "/alerts", {
      subscriptionId: production,
      properties: { alertDisplayName: title, alertType: title, severity: "High", ...properties },
    })) as { names: [string] };
    await polled();
    const [item] = (await feed(admin, { q: title })).items;
    if (!item) throw new Error("not stored");
    await notifyDue(services);
    return { id: item.id, name: names[0] };
  }
  async function polled(): Promise<void> {
    // the list may lag behind a read of the alert for a while
    await stack.asOwner("update detection_sources set read_at = read_at - interval '10 minutes'");
    await makeDue(services);
    await poll(services);
  }
  const atAzure = (name: string, status: string) => stack.control("PATCH", `/alerts/${name}`, { status });

  async function ask(ctx: Context, id: string, to: string, expected = "active"): Promise<string> {
    const [result] = await setDetectionStatus(ctx, { items: [{ id, expected }], to, note: "Looked at it." });
    if (result?.outcome !== "held") throw new Error(JSON.stringify(result));
    return result.changeId;
  }

  /** The reasons of a detection's notifications in its current round, in their order. */
  async function reasons(id: string): Promise<unknown[]> {
    const rows =
      await run.execute(`select n.reason from notifications n join detections d on d.id = n.detection_id
      where d.id = '${id}' and n.round = d.notify_round group by n.reason order by min(n.queued_at), n.reason`);
    return [...rows].map(({ reason }) => reason);
  }
  /** Lets the escalation's last step fire, and sees that nothing fires after it. */
  async function escalatesOnceMore(id: string): Promise<void> {
    later(5);
    await run.makeDue("escalation");
    await fire();
    expect(await reasons(id)).toEqual(steps);
    later(5);
    await run.makeDue("escalation");
    const before = takeReceived().length;
    expect(before).toBeGreaterThan(0);
    await fire();
    expect([takeReceived(), await reasons(id)]).toEqual([[], steps]);
  }

  /** Takes an escalation's queued step away, as the worker does for an alert that somebody takes care of. */
  async function stopped(id: string): Promise<void> {
    await run.makeDue("escalation");
    await fire();
    await services.db.execute(
      `delete from notification_queue where subject = 'escalation' and subject_id = '${id}'`,
    );
  }
  /** Sees both steps of an escalation fire, the first at once. Returns the reasons of all notifications. */
  async function firesAtOnce(id: string): Promise<unknown[]> {
    await fire();
    expect(await reasons(id)).toEqual(["raised", "escalated_to_everyone"]);
    expect((await getDetection(admin, id)).acknowledgedBy).toBeNull();
    await escalatesOnceMore(id);
    return reasons(id);
  }

  /** Forgets everything that is queued. Returns an analyst who is new to the team. */
  const begin = async () => {
    await run.reset();
    services.undoWindowMs = 0;
    await services.db.execute("delete from outbox");
    const analyst = await stack.asMember("analyst", admin.actor.organisationId);
    await run.addDevice(admin);
    takeReceived();
    return analyst;
  };
  await makeDue(services);
  await poll(services);
  await fire();
  return {
    ...run,
    begin,
    later,
    raised,
    polled,
    atAzure,
    ask,
    reasons,
    fire,
    escalatesOnceMore,
    stopped,
    firesAtOnce,
  };
}
