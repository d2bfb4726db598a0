import { randomBytes } from "node:crypto";
import { goodAlert } from "#test/alerts.ts";
import { pushOf } from "#test/pushes.ts";

/** Pushes of about 4.8 KB, half of it without order in it, each of another alert of its own. */
export function bodies(prefix: string, raisedAt: () => Date = () => new Date()): () => string {
  let count = 0;
  const noise = () => randomBytes(1_150).toString("hex");
  return () => {
    const name = `${prefix}-${count++}`;
    const at = raisedAt().toISOString();
    const times = { startTimeUtc: at, endTimeUtc: at, timeGeneratedUtc: at, processingEndTimeUtc: at };
    return JSON.stringify(
      pushOf(goodAlert({ ...times, systemAlertId: name, extendedProperties: { noise: noise() } }, name)),
    );
  };
}
