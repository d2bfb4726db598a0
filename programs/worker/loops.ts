import { watchOrganisations } from "#lib/alerting/alarms/watch.ts";
import { leaseDecisions, leaseEmails, leaseWebPushes } from "#lib/alerting/work.ts";
import { leaseOutgoing, sendOutgoing } from "#lib/alerting/webhook/send-event.ts";
import { mergeUnclaimed } from "#lib/ingest/deliveries/replay.ts";
import { leaseMerges } from "#lib/ingest/merge/lease.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { adoptDeliveries, cleanUp, deleteConfigurationRows, watch } from "#lib/jobs/jobs.ts";
import { deleteConfigurationRowsOf } from "#lib/triage/delete-configuration-rows.ts";
import { leaseStatusChanges, sendStatusChange } from "#lib/triage/send-status.ts";
import { cleanUpOld } from "./clean-up.ts";
import { eachLease, loopTable } from "./start-loops.ts";
import { jobRow, type JobRow } from "./start-jobs.ts";

/**
 * All that the worker does over and over, by the table that its work comes from. Any number of workers share it. A row's other
 * columns are explained in `loop.ts` and `start-loops.ts`.
 */
export const loops = loopTable({
  // inbox: what the webhook brought, an organisation at a time
  merge: { lease: leaseMerges(), concurrency: 4, idleMs: 500, wakeOn: "deliveries" },
  // poll_targets: configurations that are due to be read
  poll: { lease: eachLease(leasePolls, pollConfiguration), concurrency: 24, idleMs: 1_000 },
  // outbox: status changes whose time for Undo is over
  send: { lease: eachLease(leaseStatusChanges, sendStatusChange), concurrency: 24, idleMs: 250 },
  // notification_queue, as for the three below: who is notified of new detections, escalations and notices. Decisions on alerts of
  // one type wait for each other with a connection in hand, and others need some too. One transaction may write hundreds of
  // rows for each of a batch.
  decide: { lease: leaseDecisions, concurrency: 2, batch: 25, idleMs: 250, wakeOn: "changes" },
  // web push
  notify: { lease: leaseWebPushes, concurrency: 100, idleMs: 250, gatherMs: 20, wakeAfter: "decide" },
  // e-mail, apart from web push: a mail server may keep each waiting for long
  mail: { lease: leaseEmails, concurrency: 16, idleMs: 500 },
  // organisations' own webhooks, apart from both: a receiver may keep each call waiting for seconds
  outgoing: { lease: eachLease(leaseOutgoing, sendOutgoing), concurrency: 16, idleMs: 500 },
});

/**
 * What is done for each job, and when those run that nobody enqueues, in cron's five fields, UTC. A job that was cut off is run
 * again, so each may be done twice.
 */
export const jobs: readonly JobRow[] = [
  jobRow(deleteConfigurationRows, deleteConfigurationRowsOf),
  jobRow(adoptDeliveries, async (services, scope, signal) =>
    services.log("adopt.done", { ...scope, deliveries: await mergeUnclaimed(services, scope, signal) }),
  ),
  jobRow(watch, (services, _payload, signal) => watchOrganisations(services, signal), "* * * * *"),
  jobRow(
    cleanUp,
    async (services, _payload, signal) => services.log("clean_up.done", await cleanUpOld(services, signal)),
    "17 * * * *",
  ),
];
