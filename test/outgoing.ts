import { Webhook } from "standardwebhooks";
import { inOrganisation } from "#db/client.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { createOutgoingWebhook } from "#lib/alerting/webhook/create.ts";
import { listOutgoingDeliveries } from "#lib/alerting/webhook/list-deliveries.ts";
import { queueOutgoing } from "#lib/alerting/webhook/queue-event.ts";
import { raiseByWebhook, webhookAlertOf } from "./phones.ts";
import { formValues, startTestStack } from "./stack.ts";
import { notifyDue, save } from "./steps.ts";
import { webhookToken } from "./webhook-bodies.ts";
import { startWebhookReceiver } from "./webhook-receiver.ts";

/** Starts a stack with an admin, one configuration, and a receiver of outgoing webhooks. A test can set the stack's clock. */
// long: one object of the tests' steps
export async function startOutgoing() {
  const receiver = await startWebhookReceiver();
  const stack = await startTestStack();
  const clock = { laterMs: 0 };
  stack.services.now = () => new Date(Date.now() + clock.laterMs);
  const admin = await stack.asMember("admin");
  const { organisationId } = admin.actor;
  const token = await webhookToken(admin);
  const configurationId = await save(admin, formValues);
  const settings = () => ({
    address: `https://${receiver.host}/in?key=theirs`,
    severities: ["high"],
    isOn: true,
  });
  const secret = { value: "" };

  return {
    receiver,
    stack,
    clock,
    admin,
    configurationId,
    /** the form's values with which the outgoing webhook is set up */
    settings,
    /** the outgoing webhook's present signing secret */
    secret,
    /** Deletes all events and queued work, resets the clock, and sets up the outgoing webhook again. */
    reset: async () => {
      clock.laterMs = 0;
      receiver.received.length = 0;
      receiver.answer({ status: 204 });
      stack.services.outgoing = { ...stack.services.outgoing, moreHosts: [receiver.host] };
      await stack.services.db.execute("delete from notification_queue");
      await stack.asOwner("delete from outgoing_deliveries; delete from outgoing_webhooks");
      secret.value = (await createOutgoingWebhook(admin, settings())).secret;
    },
    /** Delivers a new alert by webhook and decides whom to notify. Returns the id of the alert's detection. */
    raise: async (name: string, properties: object = {}) => {
      const id = await raiseByWebhook(admin, token, name, webhookAlertOf(name, new Date(), properties));
      await notifyDue(stack.services);
      return id;
    },
    /** Queues an event for the outgoing webhook. */
    queue: (event: Parameters<typeof queueOutgoing>[3]) =>
      inOrganisation(stack.services.db, organisationId, (tx) =>
        queueOutgoing(stack.services, tx, organisationId, event),
      ),
    makeDue: (subject: string) =>
      stack.services.db.execute(`update notification_queue set due_at = now() where subject = '${subject}'`),
    /** Ends every lease, as if the worker that holds it had died a while ago. */
    expireLeases: () =>
      stack.services.db.execute("update notification_queue set leased_until = now() - interval '1 second'"),
    /** Returns the seconds until the queued event is due. Throws if not exactly one event waits. */
    dueInSeconds: async (): Promise<number> => {
      const rows = await stack.services.db.execute<{ seconds: number }>(
        "select extract(epoch from due_at - now())::float8 as seconds from notification_queue where subject = 'outgoing'",
      );
      if (rows.length !== 1) throw new Error(`${rows.length} wait`);
      return rows[0]?.seconds ?? 0;
    },
    /** Lists the type, state, status and problem of each event. */
    outcomes: async () =>
      (await listOutgoingDeliveries(admin)).map(({ type, state, status, problem }) => ({
        type,
        state,
        status,
        problem,
      })),
    /** Verifies a received event's signature as a receiver does, and returns the event. Throws if the signature is wrong. */
    verified: (index = 0, key = secret.value) => {
      const request = receiver.received[index];
      if (!request) throw new Error("nothing came");
      return new Webhook(key).verify(request.body, request.headers as Record<string, string>) as {
        type: string;
        timestamp: string;
        data: Record<string, unknown>;
      };
    },
    /** Finds the newest entry of the audit log for an action of the outgoing webhook. */
    audited: async (action: string) =>
      (await listAudit(admin, {})).entries.find((entry) => entry.action === `outgoing_webhook.${action}`),
    stop: async () => {
      await stack.stop();
      await receiver.stop();
    },
  };
}
