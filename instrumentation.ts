/**
 * Runs once in the web process, before the first request. Parses the settings, and throws if one is wrong. Refuses
 * requests whose address can't be read, and ends those that arrive too slowly. Ends the streams when the process must end, because Next's server waits for every
 * open response. Watches whether a worker runs.
 */
export async function register(): Promise<void> {
  // inside this condition, because `next dev` compiles everything outside for the Edge runtime too, and warns
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { getEnv } = await import("#lib/platform/env.ts");
    const env = getEnv();
    // next-auth reads its base address only from here, and otherwise assumes port 3000
    process.env.NEXTAUTH_URL = env.portalUrl;
    const { guardRequestLines } = await import("#lib/http/request-line.ts");
    guardRequestLines();
    const { endSlowRequests } = await import("#lib/http/slow-requests.ts");
    endSlowRequests();
    const { endStreams } = await import("#lib/triage/stream/process-hub.ts");
    const { everyPresence, lookAfterMs, tellWorkerSilence } = await import(
      "#lib/alerting/alarms/worker-silence.ts"
    );
    const { getServices } = await import("#lib/auth/services.ts");
    const leaving = new AbortController();
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.once(signal, () => {
        leaving.abort();
        endStreams();
      });
    const { signal: ending } = leaving;
    void everyPresence(getServices(), "worker.watch_failed", tellWorkerSilence, ending, lookAfterMs);
  }
}
