import { isMigrated, listPollAges } from "#db/queries/work/health.ts";
import type { Services } from "./context.ts";

type Readiness = {
  status: "ready" | "not_ready";
  database: "up" | "down";
  migrations: "current" | "behind" | "unknown";
  /** for each organisation with polls, the number of seconds since its most stale configuration had a good poll */
  lastGoodPollAgeSeconds: (number | null)[];
};

const freshMs = 5_000;
let cached: { at: number; answer: Promise<Readiness> } | null = null;

/**
 * Returns what an outside monitor may see: whether this process can serve, and how fresh each organisation's data is.
 * The answer is cached for 5 s.
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
      lastGoodPollAgeSeconds: await listPollAges(services.db, services.now()),
    };
  } catch (error) {
    services.log("health.not_ready", { error });
    return { status: "not_ready", database: "down", migrations: "unknown", lastGoodPollAgeSeconds: [] };
  }
}
