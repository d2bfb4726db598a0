import { inOrganisation, type Transaction } from "#db/client.ts";
import {
  leaseDueAlertingWork,
  type NotificationLease,
  postponeNotification,
  removeNotificationLease,
} from "#db/queries/alerting/queue.ts";
import {
  countAttempt,
  getWebhook,
  lockWaiting,
  recordOutgoing,
  type OutgoingWebhookRow,
  switchWebhookOff,
} from "#db/queries/alerting/outgoing-webhook.ts";
import { isAllowedHost, outgoingAddressProblem } from "#lib/domain/outgoing.ts";
import { publicAddressProblem } from "#lib/domain/public-address.ts";
import { signedHeaders } from "#lib/platform/webhook-signature.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import type { Services } from "#lib/core/context.ts";
import { mayStill } from "#lib/core/requester.ts";
import { openAt } from "#lib/core/sealing.ts";
import { eventBody } from "./event-body.ts";
import { outgoingSealContext, type SealedPart } from "./seal-context.ts";
import { allowedHosts, auditSubject } from "./settings.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** how long a worker keeps a leased event; much longer than one attempt takes */
const outgoingLeaseMs = 60_000;

type Ready = { address: string; body: string; secrets: string[]; changedAt: Date; hosts: string[] };

/** Leases up to `limit` events to post. */
export const leaseOutgoing = (services: Services, limit: number): Promise<NotificationLease[]> =>
  leaseDueAlertingWork(services.db, "outgoing", outgoingLeaseMs, limit);

/**
 * Makes one attempt to post an event to the organisation's outgoing webhook, and records the outcome. If the worker
 * dies in between, another worker posts the event again with the same `webhook-id`.
 */
export async function sendOutgoing(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: id } = lease;
  const ready = await inOrganisation(services.db, organisationId, (tx) => prepare(services, tx, lease));
  if (!ready) return;
  const { address, body, secrets, changedAt, hosts } = ready;
  const isAllowed = isAllowedHost(new URL(address), hosts);
  const answer = await services.outgoing.send({
    address,
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "PocketSOC",
      ...signedHeaders(secrets, { id, at: services.now(), body }),
    },
    isNamedHost: isAllowed,
    checkAddress: isAllowed ? () => null : publicAddressProblem,
  });
  if (answer.outcome === "refused")
    services.log("outgoing.refused", { organisationId, host: new URL(address).host, found: answer.found });
  const verdict = verdictOf(answer, lease.attempts);
  await inOrganisation(services.db, organisationId, (tx) => record(services, tx, lease, verdict, changedAt));
}

/** Reads the data that an attempt needs. If the event can't be posted any more, records this and returns null. */
async function prepare(services: Services, tx: Transaction, lease: NotificationLease): Promise<Ready | null> {
  const { organisationId, subjectId: id } = lease;
  const delivery = await lockWaiting(tx, organisationId, id);
  const drop = async (problem: string) => {
    // unless another worker has it now
    if (await removeNotificationLease(tx, lease))
      await recordOutgoing(tx, organisationId, id, {
        state: "failed",
        status: null,
        problem,
        nextTryAt: null,
      });
    return null;
  };
  // a worker delivered it and died before removing it from the queue; or it was deleted
  if (!delivery) return drop("");
  const { requester } = delivery;
  if (requester && !(await mayStill(services, tx, organisationId, requester, "settings.manage")))
    return drop(
      "Whoever asked to send it may not ask for it any more, so nothing was sent. If it is right to send it, send it again yourself.",
    );
  const webhook = await getWebhook(tx, organisationId);
  if (!webhook?.isOn) return drop("The webhook was switched off before it was sent.");
  const { address, secrets } = await openWebhook(services, tx, webhook);
  if (address === null || secrets.length === 0)
    return drop(
      "The webhook's address or secret can't be opened with the keys in POCKETSOC_ENCRYPTION_KEYS. Put the earlier key back, or enter the address and make a secret anew.",
    );
  const hosts = await allowedHosts(services, tx, organisationId);
  const problem = outgoingAddressProblem(address, hosts);
  if (problem) return drop(problem);
  const body = await eventBody(services, tx, delivery);
  if (body === null) return drop("What it is about was deleted before it was sent.");
  await countAttempt(tx, organisationId, id, services.now());
  return { address, body, secrets, changedAt: webhook.changedAt, hosts };
}

/**
 * Returns the outgoing webhook's address and its signing secrets, newest first. If the organisation's data keys can't
 * open them, the address is null and there are no secrets.
 */
async function openWebhook(services: Services, tx: Transaction, row: OutgoingWebhookRow) {
  const { organisationId, addressSealed, secretSealed, earlierSecretSealed, earlierSecretUntil } = row;
  const open = (part: SealedPart, sealed: Buffer) =>
    openAt(services, tx, outgoingSealContext(organisationId, part), sealed);
  const isSigning = earlierSecretUntil !== null && earlierSecretUntil > services.now();
  const earlier = earlierSecretSealed && isSigning ? await open("earlier-secret", earlierSecretSealed) : null;
  const secret = await open("secret", secretSealed);
  return {
    address: await open("address", addressSealed),
    secrets: secret === null ? [] : earlier === null ? [secret] : [secret, earlier],
  };
}

/** Records the outcome of an attempt, unless another worker has leased the event meanwhile. */
async function record(
  services: Services,
  tx: Transaction,
  lease: NotificationLease,
  { state, status, problem, dueInMs, isGone }: Verdict,
  changedAt: Date,
): Promise<void> {
  const { organisationId, subjectId: id } = lease;
  const isOurs =
    dueInMs === undefined
      ? await removeNotificationLease(tx, lease)
      : await postponeNotification(tx, lease, dueInMs);
  if (!isOurs) return;
  const nextTryAt = dueInMs === undefined ? null : new Date(services.now().getTime() + dueInMs);
  await recordOutgoing(tx, organisationId, id, { state, status, problem, nextTryAt });
  if (!isGone) return;
  const because = "The receiver answered 410 Gone, which means that it wants no more.";
  if (!(await switchWebhookOff(tx, organisationId, changedAt, because))) return;
  const ctx = { services, actor: { kind: "system", name: "PocketSOC", organisationId } } as const;
  await recordAudit(ctx, tx, "outgoing_webhook.switched_off", auditSubject(organisationId), {
    because: "410 Gone",
  });
}
