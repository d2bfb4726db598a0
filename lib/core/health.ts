import { isMigrated, listPollAges } from "#db/queries/work/health.ts";
import { oldestAge } from "#lib/domain/health.ts";
import type { Services } from "./context.ts";

type Readiness = {
  status: "ready" | "not_ready";
  database: "up" | "down";
  migrations: "current" | "behind" | "unknown";
  /**
   * at most one value, for the organisation whose polls are the oldest: the number of seconds since its most stale
   * configuration had a good poll; null if it never had one
   */
  lastGoodPollAgeSeconds: (number | null)[];
};

const freshMs = 5_000;
let cached: { at: number; answer: Promise<Readiness> } | null = null;

/**
 * Returns what an outside monitor may see: whether this process can serve, and how old the oldest data is. Says nothing of
 * how many organisations there are. The answer is cached for 5 s.
 */
export function getReadiness(services: Services): Promise<Readiness> {
  const now = Date.now();
  if (!cached || now - cached.at > freshMs) cached = { at: now, answer: readReadiness(services) };
  return cached.answer;
}

async function readReadiness(services: Services): Promise<Readiness> {
  try {
    const current = await isMigrated(services.db);
    return {
      status: current ? "ready" : "not_ready",
      database: "up",
      migrations: current ? "current" : "behind",
      lastGoodPollAgeSeconds: oldestAge(await listPollAges(services.db, services.now())),
    };
  } catch (error) {
    services.log("health.not_ready", { error });
    return { status: "not_ready", database: "down", migrations: "unknown", lastGoodPollAgeSeconds: [] };
  }
}
