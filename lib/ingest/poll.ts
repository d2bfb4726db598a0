import { isDeepStrictEqual } from "node:util";
import { inOrganisation, type Transaction } from "#db/client.ts";
import { holdConfigurations } from "#db/queries/sources/hold-configurations.ts";
import { takeReadTicket } from "#db/queries/ingest/read-tickets.ts";
import { recordGoodSync, recordProblem, setPollCursor } from "#db/queries/sources/configuration-health.ts";
import { type ConfigurationRow, getConfiguration } from "#db/queries/sources/configurations.ts";
import { listAccountsFor } from "#db/queries/sources/accounts.ts";
import { leaseDuePolls, type PollLease, pollLeases, releasePoll } from "#db/queries/ingest/poll-targets.ts";
import { type Backoff, backoffMs, jitter } from "#lib/domain/backoff.ts";
import { isStorable } from "#lib/domain/json.ts";
import type { RawAlert } from "#lib/vendors/contract.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import { type ProblemEntry, problemOf, VendorError } from "#lib/vendors/problem.ts";
import { keptProblem } from "#lib/sources/configurations/health.ts";
import { askEveryMs, pollAsSomeone } from "#lib/sources/accounts/read.ts";
import type { Services } from "#lib/core/context.ts";
import { openOrNull, sealedProblem } from "#lib/core/sealing.ts";
import { sourceOf, vendorIo, vendorOf } from "#lib/core/vendors.ts";
import { keepLease } from "#lib/core/work.ts";
import { reconcileWithWebhook, type Finished, askForwardingRules } from "./reconcile.ts";
import type { PollTally } from "./observe/observe-alerts.ts";
import { addTally, observeBatch } from "./observe/observe-batch.ts";

const pollLeaseMs = 120_000;
const backoff: Backoff = { firstMs: 30_000, maxMs: 15 * 60_000 };
/** while a vendor asks to be polled less often, the poll interval is multiplied by this */
const easeOffFactor = 3;
/** the shortest time between two polls of a configuration, however often Refresh is pressed */
const restMs = 5_000;

/**
 * A poll's result. `lost`: another worker took the lease, so the poll stopped writing. `gone`: the configuration was deleted
 * or disabled.
 */
type PollResult = { outcome: "read" | "failed" | "gone" | "lost"; tally: PollTally };

class LeaseLost extends Error {}

/** Leases up to `limit` configurations that are due to be polled. */
export const leasePolls = (services: Services, limit: number): Promise<PollLease[]> =>
  leaseDuePolls(services.db, pollLeaseMs, limit);

/**
 * Polls one leased configuration and stores new and changed alerts page by page. Then releases the lease with the time of the
 * next poll: after the poll interval, after a backoff if the poll failed, or later if the vendor asks for that.
 */
export async function pollConfiguration(
  services: Services,
  lease: PollLease,
  signal: AbortSignal,
): Promise<PollResult> {
  const started = Date.now();
  const result = await keepLease(services, pollLeases, lease, pollLeaseMs, () =>
    poll(services, lease, signal),
  );
  const { configurationId } = lease;
  const tookMs = Date.now() - started;
  services.log("poll.done", { configurationId, outcome: result.outcome, ...result.tally, tookMs });
  return result;
}

async function poll(services: Services, lease: PollLease, signal: AbortSignal): Promise<PollResult> {
  const tally: PollTally = { read: 0, added: 0, changed: 0, skipped: 0 };
  const { organisationId } = lease;
  const loaded = await load(services, lease);
  if (!loaded) {
    await inOrganisation(services.db, organisationId, (tx) => pollLeases.remove(tx, lease));
    return { outcome: "gone", tally };
  }
  const { configuration, revision, readers } = loaded;
  // each poll also asks what people may see, so a configuration that people read is polled at least this often
  const latestMs = configuration.readAs === "person" ? askEveryMs : Number.POSITIVE_INFINITY;
  try {
    const finished = await readers(signal, (credential) =>
      readAll(services, lease, configuration, credential, signal, tally),
    );
    await inOrganisation(services.db, organisationId, async (tx) => {
      if (!(await pollLeases.lock(tx, lease))) throw new LeaseLost();
      await recordGoodSync(tx, organisationId, configuration.id, services.now());
      await reconcileWithWebhook(services, tx, configuration, finished);
      const everyMs = configuration.pollIntervalSeconds * 1000 * (finished.easeOff ? easeOffFactor : 1);
      const nextMs = jitter(everyMs, Math.random);
      await releasePoll(tx, lease, Math.min(nextMs, latestMs), restMs);
    });
    return { outcome: "read", tally };
  } catch (error) {
    if (error instanceof LeaseLost) return { outcome: "lost", tally };
    if (signal.aborted) {
      await inOrganisation(services.db, organisationId, (tx) => releasePoll(tx, lease, 0));
      return { outcome: "failed", tally };
    }
    await fail(services, lease, revision, latestMs, error);
    return { outcome: "failed", tally };
  }
}

/**
 * Calls `read` with a credential that signs in for the configuration: the application's credential, or the account of one of
 * the people.
 */
type Readers = (
  signal: AbortSignal,
  read: (credential: VendorCredential) => Promise<Finished>,
) => Promise<Finished>;

async function load(services: Services, lease: PollLease) {
  return inOrganisation(services.db, lease.organisationId, async (tx) => {
    const found = await getConfiguration(tx, lease.organisationId, lease.configurationId);
    if (!found || found.configuration.disabledAt) return null;
    const { configuration } = found;
    const { revision } = found.credential;
    if (configuration.readAs === "person") {
      const people = await listAccountsFor(tx, lease.organisationId, configuration.id);
      const readers: Readers = (signal, read) => pollAsSomeone(services, found, people, signal, read);
      return { configuration, revision, readers };
    }
    const credential = await openOrNull(services, tx, found.credential);
    if (!credential) services.log("poll.secret_unreadable", { configurationId: lease.configurationId });
    const readers: Readers = async (_signal, read) => {
      if (!credential) throw new VendorError(sealedProblem);
      return read(credential);
    };
    return { configuration, revision, readers };
  });
}

async function readAll(
  services: Services,
  lease: PollLease,
  configuration: ConfigurationRow,
  credential: VendorCredential,
  signal: AbortSignal,
  tally: PollTally,
): Promise<Finished> {
  const source = sourceOf(services, configuration, credential);
  let whole = false;
  let easeOff = false;
  // a cursor says what one account has seen, and people may see different alerts
  const keepsCursor = configuration.readAs === "application";
  let cursor = keepsCursor ? configuration.pollCursor : null;
  const begun = await takeReadTicket(services.db);
  const lockLease = async (tx: Transaction) => {
    if (!(await pollLeases.lock(tx, lease))) throw new LeaseLost();
    const heldIds = await holdConfigurations(tx, lease.organisationId, [configuration.id]);
    if (heldIds.size === 0) throw new LeaseLost();
  };
  for await (const page of vendorOf(services, configuration).read(
    source,
    cursor,
    vendorIo(services, configuration, signal),
  )) {
    whole ||= page.whole;
    easeOff = page.easeOff ?? false;
    for (const batch of chunks(page.alerts, 100)) {
      addTally(tally, await observeBatch(services, configuration, batch, begun, lockLease));
    }
    // only once everything before the cursor is stored
    if (keepsCursor && !isDeepStrictEqual(page.cursor, cursor)) {
      if (!isStorable(page.cursor, cursorMaxBytes)) throw new VendorError(problemOf(badCursor));
      cursor = page.cursor;
      await inOrganisation(services.db, lease.organisationId, async (tx) => {
        await lockLease(tx);
        await setPollCursor(tx, lease.organisationId, configuration.id, page.cursor);
      });
    }
  }
  const rules = await askForwardingRules(services, configuration, source, signal);
  return { ticket: begun.ticket, whole, easeOff, rules };
}

/** a cursor with more bytes of JSON than this isn't stored */
const cursorMaxBytes = 4_096;

const badCursor: ProblemEntry = {
  code: "cursor_unusable",
  concerns: "vendor",
  message: "The vendor named a place to continue from that can't be stored, so later alerts are not read.",
  remedy: "PocketSOC tries again by itself. If it keeps failing, ask whoever runs it to look at the log.",
  passes: true,
};

const unexpected = {
  code: "unexpected",
  message: "The last poll failed because of an error in PocketSOC, which is in its log.",
  remedy: "PocketSOC tries again by itself. If it keeps failing, ask whoever runs it to look at the log.",
  passes: true,
};

async function fail(
  services: Services,
  lease: PollLease,
  revision: number,
  latestMs: number,
  error: unknown,
): Promise<void> {
  const problem = error instanceof VendorError ? error.problem : null;
  services.log("poll.failed", {
    configurationId: lease.configurationId,
    code: problem?.code ?? "unexpected",
    vendorCode: problem?.vendorCode ?? null,
    requestId: problem?.requestId ?? null,
    ...(problem ? {} : { error }),
  });
  await inOrganisation(services.db, lease.organisationId, async (tx) => {
    if (!(await pollLeases.lock(tx, lease))) return;
    const failures = await recordProblem(
      tx,
      lease.organisationId,
      lease.configurationId,
      revision,
      services.now(),
      problem ? keptProblem(problem) : unexpected,
    );
    const askedMs = problem?.retryAfterMs ?? 0;
    const maxMs = Math.min(backoff.maxMs, latestMs);
    const dueInMs = backoffMs({ ...backoff, maxMs }, failures, Math.random, askedMs);
    await releasePoll(tx, lease, dueInMs, Math.max(askedMs, restMs));
  });
}

function chunks(alerts: RawAlert[], size: number): RawAlert[][] {
  const batches: RawAlert[][] = [];
  for (let at = 0; at < alerts.length; at += size) batches.push(alerts.slice(at, at + size));
  return batches;
}
