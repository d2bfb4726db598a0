/**
 * Runs once in the web process, before the first request: parses the settings, or refuses to start; and ends the
 * streams when the process is told to end, since Next's server waits for every answer to end.
 */
export async function register(): Promise<void> {
  // in a block of its own: `next dev` compiles what stands outside of it for the Edge runtime too, and warns
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { getEnv } = await import("#lib/platform/env.ts");
    const env = getEnv();
    // next-auth reads its base address from here and nowhere else; without it, it assumes port 3000
    process.env.NEXTAUTH_URL = env.portalUrl;
    const { endStreams } = await import("#lib/triage/stream/process-hub.ts");
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, endStreams);
  }
}
