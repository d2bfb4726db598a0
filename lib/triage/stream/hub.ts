import { listLastChanges } from "#db/queries/triage/changes.ts";
import { type Live, listLiveTokens } from "#db/queries/identity/liveness.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Services } from "#lib/core/context.ts";
import { listLiveSessions } from "#lib/identity/sessions/live.ts";
import { OrganisationReader } from "./reader.ts";
import { Watcher, type WatcherOptions } from "./watcher.ts";

export const streamsOfOneMax = 10;
const lookEveryMs = 1_500;
const recheckEveryMs = 2_000;
const beatEveryMs = 15_000;
/** what people may see is looked at with every change, and this often without one */
const rightsEveryMs = 6_000;

export type Hub = {
  /** Throws `unavailable` when the process is ending. */
  open(options: Omit<WatcherOptions, "onClosed" | "onDrained">): Watcher;
  countOf(userId: string): number;
  /** Ends every stream: their clients come back, to another process. */
  close(): void;
};

/**
 * Every stream of this process: one reader for each organisation that is watched, woken by hints and by a look at
 * all their sequences every 1.5 s; credentials of all are looked at together every 2 s.
 */
// long: its parts share the streams that are open and their timers
export function openHub(services: Services): Hub {
  const readers = new Map<string, OrganisationReader>();
  const watchers = new Set<Watcher>();
  const timers = new Set<NodeJS.Timeout>();
  let unsubscribe = () => {};
  let closed = false;

  /** One after the other while anybody watches; a failure is told and tried again. */
  function every(ms: number, name: string, work: () => Promise<void> | void): void {
    let busy = false;
    const turn = async () => {
      if (busy) return;
      busy = true;
      try {
        await work();
      } catch (error) {
        services.log(`stream.${name}_failed`, { error });
      } finally {
        busy = false;
      }
    };
    timers.add(setInterval(() => void turn(), ms));
  }

  async function look(): Promise<void> {
    const last = await listLastChanges(services.db, [...readers.keys()]);
    for (const [id, reader] of readers) reader.look(last.get(id) ?? 0, rightsEveryMs);
  }

  async function recheck(): Promise<void> {
    const asked = [...watchers];
    const hashes = asked.flatMap(({ credential: one }) => ("sessionHash" in one ? [one.sessionHash] : []));
    const tokens = asked.flatMap(({ credential: one }) => ("tokenId" in one ? [one.tokenId] : []));
    const sessionsNow = await listLiveSessions(services, hashes);
    const tokensNow = await listLiveTokens(services.db, tokens, services.now());
    for (const watcher of asked) {
      const { credential } = watcher;
      const live: Live | undefined =
        "tokenId" in credential
          ? tokensNow.get(credential.tokenId)
          : sessionsNow.get(credential.sessionHash.toString("hex"));
      if (live?.organisationId !== watcher.organisationId || live.role !== watcher.role) watcher.end();
    }
  }

  function start(): void {
    every(lookEveryMs, "look", look);
    every(recheckEveryMs, "recheck", recheck);
    every(beatEveryMs, "beat", () => watchers.forEach((one) => one.beat()));
    unsubscribe = services.hints.subscribe("changes", (ids) => {
      for (const id of ids) readers.get(id)?.wake();
    });
  }

  function stop(): void {
    for (const timer of timers) clearInterval(timer);
    timers.clear();
    unsubscribe();
  }

  function forget(watcher: Watcher): void {
    watchers.delete(watcher);
    const reader = readers.get(watcher.organisationId);
    reader?.watchers.delete(watcher);
    if (reader?.watchers.size === 0) readers.delete(watcher.organisationId);
    if (watchers.size === 0) stop();
  }

  return {
    open(options) {
      if (closed)
        throw new ServiceError("unavailable", "The portal is restarting. Come back in a few seconds.");
      const { organisationId } = options;
      const reader = readers.get(organisationId) ?? new OrganisationReader(services, organisationId);
      readers.set(organisationId, reader);
      const watcher = new Watcher({ ...options, onClosed: forget, onDrained: () => reader.wake() });
      reader.watchers.add(watcher);
      watchers.add(watcher);
      if (timers.size === 0) start();
      reader.wake();
      return watcher;
    },
    countOf: (userId) => [...watchers].filter((one) => one.userId === userId).length,
    close() {
      closed = true;
      for (const watcher of watchers) watcher.part();
      stop();
    },
  };
}
