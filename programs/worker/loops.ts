import { watchOrganisations } from "#lib/alerting/alarms/watch.ts";
import { leaseDecisions, leaseEmails, leaseWebPushes } from "#lib/alerting/work.ts";
import { leaseOutgoing, sendOutgoing } from "#lib/alerting/webhook/send-event.ts";
import { mergeUnclaimed } from "#lib/ingest/deliveries/replay.ts";
import { leaseMerges } from "#lib/ingest/merge/lease.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import {
  adoptDeliveries,
  cleanUp,
  deleteConfigurationRows,
  releaseLost,
  watch,
  watchSilence,
} from "#lib/jobs/jobs.ts";
import { deleteConfigurationRowsOf } from "#lib/triage/delete-configuration-rows.ts";
import { releaseLostOwners } from "#lib/triage/release-lost.ts";
import { watchSilentOwners } from "#lib/triage/watch-silence.ts";
import { leaseStatusChanges, sendStatusChange } from "#lib/triage/send-status.ts";
import { cleanUpOld } from "./clean-up.ts";
import { eachLease, loopTable } from "./start-loops.ts";
import { jobRow, type JobRow } from "./start-jobs.ts";

/**
 * Every loop of the worker, with a comment on the table from which its work comes. Any number of workers may run the same
 * loops. `loop.ts` and `start-loops.ts` explain the options.
 */
export const loops = loopTable({
  // inbox: waiting deliveries, one organisation a piece
  merge: { lease: leaseMerges(), concurrency: 4, idleMs: 500, wakeOn: "deliveries" },
  // poll_targets: configurations that are due
  poll: { lease: eachLease(leasePolls, pollConfiguration), concurrency: 24, idleMs: 1_000 },
  // outbox: status changes that can no longer be undone
  send: { lease: eachLease(leaseStatusChanges, sendStatusChange), concurrency: 24, idleMs: 250 },
  // notification_queue, like the three below: decides who is notified of detections, escalations, digests and alarms. Few at
  // once: decisions on alerts of one type wait for each other, each with a connection, and one transaction may write hundreds
  // of rows for each piece of a batch.
  decide: { lease: leaseDecisions, concurrency: 2, batch: 25, idleMs: 250, wakeOn: "changes" },
  // web push
  notify: { lease: leaseWebPushes, concurrency: 100, idleMs: 250, gatherMs: 20, wakeAfter: "decide" },
  // e-mail, separate from web push: a mail server may be slow
  mail: { lease: leaseEmails, concurrency: 16, idleMs: 500 },
  // outgoing webhooks, separate from both: each call may take seconds
  outgoing: { lease: eachLease(leaseOutgoing, sendOutgoing), concurrency: 16, idleMs: 500 },
});

/**
 * The jobs of the worker with their functions. Some have a schedule, in cron's five fields and UTC. An interrupted job is run
 * again, so to run a job twice must do no harm.
 */
export const jobs: readonly JobRow[] = [
  jobRow(deleteConfigurationRows, deleteConfigurationRowsOf),
  jobRow(adoptDeliveries, async (services, scope, signal) =>
    services.log("adopt.done", { ...scope, deliveries: await mergeUnclaimed(services, scope, signal) }),
  ),
  jobRow(watch, (services, _payload, signal) => watchOrganisations(services, signal), "* * * * *"),
  jobRow(releaseLost, (services, _payload, signal) => releaseLostOwners(services, signal), "* * * * *"),
  jobRow(watchSilence, (services, _payload, signal) => watchSilentOwners(services, signal), "* * * * *"),
  jobRow(
    cleanUp,
    async (services, _payload, signal) => services.log("clean_up.done", await cleanUpOld(services, signal)),
    "17 * * * *",
  ),
];
