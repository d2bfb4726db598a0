import { lastAnswerMs } from "#db/client.ts";
import { listLastChanges } from "#db/queries/triage/changes.ts";
import { type Live, listLiveTokens } from "#db/queries/identity/liveness.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Services } from "#lib/core/context.ts";
import { listLiveSessions } from "#lib/identity/sessions/live.ts";
import { OrganisationReader } from "./reader.ts";
import { Watcher, type WatcherOptions } from "./watcher.ts";

export const streamsOfOneMax = 10;
const sequencesEveryMs = 1_500;
const recheckEveryMs = 2_000;
const heartbeatEveryMs = 15_000;
/** how long the database may answer nothing before the streams end, so that no page says "Live" without one */
const databaseSilentMs = 6_000;
/** how often people's access is read while nothing changes */
const accessEveryMs = 6_000;

export type Hub = {
  /** opens a stream; throws ServiceError `unavailable` while the process is ending */
  open(options: Omit<WatcherOptions, "onClosed" | "onDrained">): Watcher;
  countOf(userId: string): number;
  /** ends every stream, so that the clients reconnect to another process */
  close(): void;
};

/**
 * Opens the hub of all streams of this process. Each organisation with streams has one reader. Hints wake a reader, and
 * so does a query of all change sequences every 1.5 s. Every 2 s the hub checks the credentials of all streams
 * together.
 */
// long: its parts share the streams that are open and their timers
export function openHub(services: Services): Hub {
  const readers = new Map<string, OrganisationReader>();
  const watchers = new Set<Watcher>();
  const timers = new Set<NodeJS.Timeout>();
  let unsubscribe = () => {};
  let closed = false;
  /** when the database last answered, by `performance.now()` */
  let answeredAtMs = 0;
  /** whether the query of all change sequences hasn't got a connection yet */
  let awaitsConnection = false;

  /** Runs `work` every `ms`, never twice at once. Logs a failure and goes on. */
  function repeat(ms: number, name: string, work: () => Promise<void> | void): void {
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

  async function checkSequences(): Promise<void> {
    awaitsConnection = true;
    const lastChanges = await services.db
      .transaction((tx) => {
        answeredAtMs = heardAtMs();
        awaitsConnection = false;
        return listLastChanges(tx, [...readers.keys()]);
      })
      .finally(() => (awaitsConnection = false));
    answeredAtMs = performance.now();
    for (const [id, reader] of readers) reader.wakeIfBehind(lastChanges.get(id) ?? 0, accessEveryMs);
  }

  async function recheckCredentials(): Promise<void> {
    const checked = [...watchers];
    const hashes = checked.flatMap(({ credential }) =>
      "sessionHash" in credential ? [credential.sessionHash] : [],
    );
    const tokens = checked.flatMap(({ credential }) => ("tokenId" in credential ? [credential.tokenId] : []));
    const liveSessions = await listLiveSessions(services, hashes);
    const liveTokens = await listLiveTokens(services.db, tokens, services.now());
    for (const watcher of checked) {
      const { credential } = watcher;
      const live: Live | undefined =
        "tokenId" in credential
          ? liveTokens.get(credential.tokenId)
          : liveSessions.get(credential.sessionHash.toString("hex"));
      if (live?.organisationId !== watcher.organisationId || live.role !== watcher.role) watcher.end();
    }
  }

  /** Returns when the database was last heard. While the query waits for one of the pool's connections, others' answers count. */
  const heardAtMs = (): number =>
    awaitsConnection ? Math.max(answeredAtMs, lastAnswerMs(services.db)) : answeredAtMs;

  /** Ends all streams while the database is silent. The clients reconnect, and say so until that works. */
  function watchDatabase(): void {
    if (performance.now() - heardAtMs() > databaseSilentMs) endAll();
  }

  function endAll(): void {
    for (const watcher of watchers) watcher.endForRestart();
  }

  function start(): void {
    answeredAtMs = performance.now();
    repeat(1_000, "watch_database", watchDatabase);
    repeat(sequencesEveryMs, "check_sequences", checkSequences);
    repeat(recheckEveryMs, "recheck", recheckCredentials);
    repeat(heartbeatEveryMs, "heartbeat", () => watchers.forEach((watcher) => watcher.heartbeat()));
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
    countOf: (userId) => [...watchers].filter((watcher) => watcher.userId === userId).length,
    close() {
      closed = true;
      endAll();
      stop();
    },
  };
}
