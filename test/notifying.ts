import { inOrganisation } from "#db/client.ts";
import { defaultPreferences } from "#lib/domain/recipients.ts";
import { namedSeverities } from "#lib/domain/severity.ts";
import type { Shift } from "#lib/domain/shift.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { ensureVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { listDevices } from "#lib/alerting/devices/list.ts";
import { removeDevice } from "#lib/alerting/devices/remove.ts";
import { forgetAdded, keepPhone, webhookAlertOf, raiseByWebhook } from "./phones.ts";
import { startPushService } from "./push-service.ts";
import { postToWebhook, mergeAll, webhookToken } from "./webhook-bodies.ts";
import { formValues, startTestStack } from "./stack.ts";
import { leaseDecided, notifyDue, save } from "./steps.ts";

/** Starts a stack with a push service, an admin, an analyst and one configuration that notifies about every severity. A test can set the stack's clock. */
// long: one object of the tests' steps
export async function startNotifying() {
  const push = await startPushService();
  const stack = await startTestStack();
  const clock = { laterMs: 0 };
  stack.services.webPush = {
    ...stack.services.webPush,
    subject: "mailto:soc@contoso.com",
    moreHosts: [push.host],
  };
  stack.services.now = () => new Date(Date.now() + clock.laterMs);
  await ensureVapidKey(stack.services);
  const admin = await stack.asMember("admin");
  const { organisationId } = admin.actor;
  const analyst = await stack.asMember("analyst", organisationId);
  const token = await webhookToken(admin);
  const configurationId = await save(admin, { ...formValues, notifyAbout: [...namedSeverities] });

  /** Returns an alert as the webhook brings it, raised `agoMs` milliseconds before now. */
  const alertOf = (name: string, properties: object = {}, agoMs = 0) =>
    webhookAlertOf(name, new Date(stack.services.now().getTime() - agoMs), properties);
  /** Delivers alerts by webhook, all in one delivery. */
  const deliver = async (alerts: readonly unknown[]) => {
    await postToWebhook(stack.services, token, alerts);
    await mergeAll(stack.services);
  };
  /** Delivers one alert by webhook. Returns the id of the alert's detection. */
  const raise = (name: string, properties: object = {}, agoMs = 0) =>
    raiseByWebhook(admin, token, name, alertOf(name, properties, agoMs));
  /** Runs an SQL statement in the admin's organisation. */
  const execute = (statement: string) =>
    inOrganisation(stack.services.db, organisationId, (tx) => tx.execute(statement));

  return {
    push,
    stack,
    clock,
    admin,
    analyst,
    configurationId,
    alertOf,
    deliver,
    raise,
    execute,
    /** Deletes all devices, notifications and queued work, and resets the clock. */
    reset: async () => {
      clock.laterMs = 0;
      push.received.length = 0;
      await stack.services.db.execute("delete from notification_queue");
      for (const table of ["notifications", "digests", "alarms", "notification_preferences"])
        await execute(`delete from ${table}`);
      for (const ctx of [admin, analyst])
        for (const { id } of await listDevices(ctx)) await removeDevice(ctx, id);
    },
    /**
     * Saves a new device of a person, as the person's browser does when notifications are allowed. Leaves out the message
     * about it to their other devices.
     */
    addDevice: async (ctx: Context, subscription = push.subscribe(), sessionHash: Buffer | null = null) => {
      const id = await keepPhone(ctx, subscription, sessionHash);
      await forgetAdded(ctx);
      return { id, ...subscription };
    },
    /** Returns the recipients of a detection, without people who have no device. */
    recipientsOf: async (id: string) =>
      (await getDetection(admin, id)).recipients
        .filter(({ state }) => state !== "skipped")
        .map(({ device, state, problem }) => ({ device, state, problem })),
    /** Lists the names of a detection's recipients, each with the state of the recipient's notification. */
    statesOf: async (id: string) =>
      (await getDetection(admin, id)).recipients.map(({ person, state }) => [person, state]),
    /** Lists the title and the body of each message that the subscription at `path` received. */
    readAt: (path: string) =>
      push.received
        .filter((message) => message.path === path)
        .map(({ payload: { notification } }) => ({ title: notification.title, body: notification.body })),
    /** Returns the notifications that all devices received since the last call of this function. */
    takeReceived: () => push.received.splice(0).map(({ payload }) => payload.notification),
    /** Decides whom to notify of every due detection. Sends nothing. Returns the number of leased pieces of work. */
    decideDue: async () => {
      const pieces = await leaseDecided(stack.services);
      for (const decide of pieces) await decide();
      return pieces.length;
    },
    /** Makes all queued work with this subject due. */
    makeDue: (subject: string) =>
      stack.services.db.execute(`update notification_queue set due_at = now() where subject = '${subject}'`),
    /**
     * Lets `ms` pass for the portal's clock and for the queue's, and does all work at the moment at which it is due. Calls `onWork`
     * after each moment.
     */
    advance: async (ms: number, onWork: () => void = () => {}) => {
      const end = stack.services.now().getTime() + ms;
      for (;;) {
        await notifyDue(stack.services);
        onWork();
        const leftMs = end - stack.services.now().getTime();
        if (leftMs <= 0) return;
        const [next] = await stack.services.db.execute<{ ms: number | null }>(
          "select extract(epoch from min(due_at) - now())::float8 * 1000 as ms from notification_queue",
        );
        const stepMs = Math.ceil(Math.min(leftMs, Math.max(1, next?.ms ?? ms)));
        await stack.services.db.execute(
          `update notification_queue set due_at = due_at - interval '${stepMs} milliseconds'`,
        );
        clock.laterMs += stepMs;
      }
    },
    /** Ends every lease, as if the worker that holds it had died a while ago. */
    expireLeases: () =>
      stack.services.db.execute("update notification_queue set leased_until = now() - interval '1 second'"),
    /** Lists the seconds until each queued piece of work with this subject is due. */
    dueInSeconds: async (subject: string) =>
      [
        ...(await stack.services.db.execute<{ due: number }>(
          `select extract(epoch from due_at - now())::float8 as due from notification_queue where subject = '${subject}'`,
        )),
      ].map(({ due }) => due),
    /** Sets the clock to the next time at which it is this hour in UTC. */
    setHour: (hour: number) => {
      const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000;
      const at = midnight + hour * 3_600_000;
      clock.laterMs = (at > Date.now() ? at : at + 86_400_000) - Date.now();
    },
    stop: async () => {
      await stack.stop();
      await push.stop();
    },
  };
}

/** The answer of a person who is on shift at all hours. */
const always: Shift = { kind: "always", timeZone: "UTC" };
/** Preferences of a person who is always on shift and wants High and Medium alerts. */
export const alwaysOnShift = { ...defaultPreferences, shift: always };
/** Preferences of a person who is always on shift and wants alerts of every severity. */
export const everySeverity = { ...alwaysOnShift, severities: namedSeverities };
/** Preferences of a person who wants no notifications. */
export const switchedOff = { ...defaultPreferences, isOn: false };

/** Returns a shift whose hours don't contain `now` and begin at `begins`, the full hour after the next. */
export function hoursThatBegin(now: Date): { shift: Shift; begins: Date } {
  const begins = new Date(Math.floor(now.getTime() / 3_600_000 + 2) * 3_600_000);
  const from = `${String(begins.getUTCHours()).padStart(2, "0")}:00`;
  const to = `${String((begins.getUTCHours() + 1) % 24).padStart(2, "0")}:00`;
  const windows = [{ day: begins.getUTCDay(), from, to }];
  return { shift: { kind: "hours", timeZone: "UTC", windows }, begins };
}
