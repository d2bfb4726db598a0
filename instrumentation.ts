/** Runs once in the web process, before the first request: parses the settings, or refuses to start. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { getEnv } = await import("#lib/platform/env.ts");
  const env = getEnv();
  // next-auth reads its base address from here and nowhere else; without it, it assumes port 3000
  process.env.NEXTAUTH_URL = env.portalUrl;
}
