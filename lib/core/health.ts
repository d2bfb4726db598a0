import { isMigrated, listPollAges, whyNoWrites } from "#db/queries/work/health.ts";
import { oldestAge } from "#lib/domain/health.ts";
import type { Services } from "./context.ts";

type Readiness = {
  status: "ready" | "not_ready";
  /** `down`: it gives no answer in time; `read_only` or `full`: it answers but takes no writes */
  database: "up" | "down" | "read_only" | "full";
  migrations: "current" | "behind" | "unknown";
  /**
   * at most one value, for the organisation whose polls are the oldest: the number of seconds since its most stale
   * configuration had a good poll; null if it never had one
   */
  lastGoodPollAgeSeconds: (number | null)[];
};

const freshMs = 5_000;
/** a query that takes longer hangs on a lost connection; another connection may answer */
const abandonedMs = 60_000;
/** monitors give up after a few seconds, so the answer must come earlier, whatever hangs */
const answerWithinMs = 1_500;

const down: Readiness = {
  status: "not_ready",
  database: "down",
  migrations: "unknown",
  lastGoodPollAgeSeconds: [],
};

type Reading = { at: number; answer: Promise<Readiness>; isSettled: boolean };
const readings = new WeakMap<Services, Reading>();

/**
 * Returns what an outside monitor may see: whether this process can serve, and how old the oldest data is. Says nothing of
 * how many organisations there are. Always answers within 2 s. An answer is kept for 5 s. A question that hangs isn't asked a
 * second time beside itself.
 */
export function getReadiness(services: Services): Promise<Readiness> {
  const now = performance.now();
  const last = readings.get(services);
  if (last && now - last.at <= (last.isSettled ? freshMs : abandonedMs)) return inTime(last.answer);
  const reading: Reading = { at: now, answer: readReadiness(services), isSettled: false };
  readings.set(services, reading);
  void reading.answer.finally(() => {
    reading.isSettled = true;
  });
  return inTime(reading.answer);
}

/** Returns the answer, or `down` if it takes too long. */
async function inTime(answer: Promise<Readiness>): Promise<Readiness> {
  const late = Promise.withResolvers<Readiness>();
  const timer = setTimeout(() => late.resolve(down), answerWithinMs);
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}

async function readReadiness(services: Services): Promise<Readiness> {
  try {
    const current = await isMigrated(services.db);
    const refusal = await whyNoWrites(services.db);
    return {
      status: current && !refusal ? "ready" : "not_ready",
      database: refusal ?? "up",
      migrations: current ? "current" : "behind",
      lastGoodPollAgeSeconds: oldestAge(await listPollAges(services.db, services.now())),
    };
  } catch (error) {
    services.log("health.not_ready", { error });
    return down;
  }
}
