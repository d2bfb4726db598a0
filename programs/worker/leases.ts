import { leaseDueWork } from "#lib/core/lease-work.ts";
import { pollLeaseMs, pollConfiguration } from "#lib/ingest/poll.ts";
import { sendLeaseMs, sendStatusChange } from "#lib/triage/send-status.ts";
import { outgoingLeaseMs, sendOutgoing } from "#lib/alerting/webhook/send-event.ts";
import { alertingLeaseMs, alertingWork } from "#lib/alerting/work.ts";
import { pause } from "#lib/platform/pause.ts";
import { createLimiter } from "#lib/platform/limiter.ts";
import { mergeDeliveries } from "#lib/ingest/merge/merge.ts";
import type { Claim } from "./loop.ts";

/** deciding on alerts of one type waits for each other with a connection in hand, and others need some too */
export const decisionConcurrency = 2;
/** alerts for each of which hundreds of rows may be written, in one transaction */
const decidedTogether = 25;

/** Configurations that are due. */
export const leasePolls: Claim = async (services, most, signal) => {
  const leases = await leaseDueWork.polls(services, pollLeaseMs, most);
  return leases.map((lease) => async () => {
    const started = Date.now();
    const { outcome, tally } = await pollConfiguration(services, lease, signal);
    services.log("poll.done", {
      configurationId: lease.configurationId,
      outcome,
      ...tally,
      tookMs: Date.now() - started,
    });
  });
};

/** Status changes whose time for Undo is over. */
export const leaseStatusChanges: Claim = async (services, most, signal) => {
  const leases = await leaseDueWork.sends(services, sendLeaseMs, most);
  return leases.map((lease) => () => sendStatusChange(services, lease, signal));
};

/** Who is to be told; `onDecided` is called each time that something may wait to be sent. */
export function leaseDecisions(onDecided: () => void): Claim {
  const inTurn = createLimiter(decisionConcurrency);
  return async (services) => {
    const leases = await leaseDueWork.notifications(services, alertingLeaseMs, decidedTogether, "decided");
    return alertingWork(services, leases).map((work) => () => inTurn(work).finally(onDecided));
  };
}

/** What is to be sent to people by e-mail: a mail server may keep each waiting for long. */
export const leaseMails: Claim = async (services, most) =>
  alertingWork(services, await leaseDueWork.notifications(services, alertingLeaseMs, most, "mailed"));

/** What is to be sent to people's devices. */
export const leaseWebPushes: Claim = async (services, most) =>
  alertingWork(services, await leaseDueWork.notifications(services, alertingLeaseMs, most, "sent"));

/** What is to be posted to organisations' own webhooks. */
export const leaseOutgoing: Claim = async (services, most) => {
  const leases = await leaseDueWork.outgoing(services, outgoingLeaseMs, most);
  return leases.map((lease) => () => sendOutgoing(services, lease));
};

/** Deliveries that wait, by organisation; one organisation's are merged by one piece of work at a time. */
export function leaseMerges(): Claim {
  const busy = new Set<string>();
  return async (services, most, signal) => {
    const waiting = await leaseDueWork.merges(services, [...busy], most);
    return waiting.map((organisationId) => async () => {
      busy.add(organisationId);
      try {
        // another worker has them: looked at again at once, and again, it would cost both
        if ((await mergeDeliveries(services, organisationId, signal)) === 0)
          await pause(100, signal).catch(() => undefined);
      } catch (error) {
        // a store that gives rows and takes none would have this go round and round
        await pause(2_000, signal).catch(() => undefined);
        throw error;
      } finally {
        busy.delete(organisationId);
      }
    });
  };
}
