import { isMigrated, listPollAges } from "#db/queries/work/health.ts";
import type { Services } from "./context.ts";

type Readiness = {
  status: "ready" | "not_ready";
  database: "up" | "down";
  migrations: "current" | "behind" | "unknown";
  /** seconds since the oldest last good poll of each organisation that is polled, without names */
  lastGoodPollAgeSeconds: (number | null)[];
};

const freshMs = 5_000;
let held: { at: number; answer: Promise<Readiness> } | null = null;

/** What an outside monitor may know: whether we can serve, and how fresh each organisation is. Asked every 5 s at most. */
export function getReadiness(services: Services): Promise<Readiness> {
  const now = Date.now();
  if (!held || now - held.at > freshMs) held = { at: now, answer: askReadiness(services) };
  return held.answer;
}

async function askReadiness(services: Services): Promise<Readiness> {
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
