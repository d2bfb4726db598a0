import { everyPresence, reportWorker } from "#lib/alerting/alarms/worker-silence.ts";
import { ensureVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { resealAll } from "#lib/alerting/keys.ts";
import { getEnv, getEnvironment } from "#lib/platform/env.ts";
import { prepareInstallation } from "#lib/identity/organisations/prepare.ts";
import { openJobs, openServices } from "#lib/core/open.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { jobs, loops } from "./loops.ts";
import { startJobs } from "./start-jobs.ts";
import { startLoops } from "./start-loops.ts";
import { logUnknownVendors } from "#lib/sources/configurations/log-unknown-vendors.ts";

const env = getEnv("worker");
const { services, handle } = openServices(
  { ...env, vendors: openVendors(registry, getEnvironment()) },
  "pocketsoc-worker",
);

/** Prepares the installation and starts the loops and jobs. */
async function start() {
  await ensureVapidKey(services);
  const token = await prepareInstallation(services, {
    directoryId: env.signIn.directoryId,
    firstAdmin: env.firstAdmin,
  });
  if (token)
    console.log(
      `Nobody is an Admin yet. This link makes you one, once, within 15 minutes; npm run login-link makes another:\n${env.portalUrl}/first-admin#${token}`,
    );
  await logUnknownVendors(services);
  const runningLoops = startLoops(services, loops);
  return { runningLoops, runningJobs: await startJobs(services, jobs, openJobs(env)) };
}

const running = await start().catch((error: unknown) => {
  services.log("worker.start_failed", { error });
  process.exit(1);
});
const leaving = new AbortController();
void everyPresence(services, "worker.report_failed", reportWorker, leaving.signal);
services.log("worker.started", { pid: process.pid });
// after a rotation the earlier key should be needed no longer than necessary; the clean-up repeats it every hour
const resealing = new AbortController();
void resealAll(services, resealing.signal).then(
  (tally) => services.log("keys.resealed", tally),
  (error: unknown) => {
    if (!resealing.signal.aborted) services.log("keys.reseal_failed", { error });
  },
);

let stopping = false;
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  services.log("worker.stopping", { signal });
  leaving.abort();
  setTimeout(() => process.exit(1), 10_000).unref();
  resealing.abort();
  await Promise.all([running.runningLoops.stop(), running.runningJobs.stop()]);
  await handle.close();
  process.exit(0);
}
process.on("SIGTERM", () => void stop("SIGTERM"));
process.on("SIGINT", () => void stop("SIGINT"));
