import { claimDueWork } from "#lib/services/work.ts";
import { pollLeaseMs, pullConfiguration } from "#lib/services/detections/pull.ts";
import { sendLeaseMs, sendStatusChange } from "#lib/services/detections/send-status.ts";
import type { Claim } from "./loop.ts";

/** Configurations that are due. */
export const claimPolls: Claim = async (services, most, signal) => {
  const leases = await claimDueWork.polls(services, pollLeaseMs, most);
  return leases.map((lease) => async () => {
    const started = Date.now();
    const { outcome, tally } = await pullConfiguration(services, lease, signal);
    services.log("poll.done", {
      configurationId: lease.configurationId,
      outcome,
      ...tally,
      tookMs: Date.now() - started,
    });
  });
};

/** Status changes whose time for Undo is over. */
export const claimSends: Claim = async (services, most, signal) => {
  const leases = await claimDueWork.sends(services, sendLeaseMs, most);
  return leases.map((lease) => () => sendStatusChange(services, lease, signal));
};
