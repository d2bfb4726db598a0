import { randomBytes } from "node:crypto";
import { goodAlert } from "#test/alerts.ts";
import { webhookBodyOf } from "#test/webhook-bodies.ts";

/**
 * Returns a function that makes webhook bodies, each with a new alert. A body has about 4.8 KB; half of that is random.
 * `typeOf` returns the alert type for a body's number; without it, all alerts have the same type.
 */
export function bodies(
  prefix: string,
  raisedAt: () => Date = () => new Date(),
  typeOf: (index: number) => string = () => "VM_SuspectTempExecution",
): () => string {
  let count = 0;
  const noise = () => randomBytes(1_150).toString("hex");
  return () => {
    const alertType = typeOf(count);
    const name = `${prefix}-${count++}`;
    const at = raisedAt().toISOString();
    const times = { startTimeUtc: at, endTimeUtc: at, timeGeneratedUtc: at, processingEndTimeUtc: at };
    return JSON.stringify(
      webhookBodyOf(
        goodAlert({ ...times, alertType, systemAlertId: name, extendedProperties: { noise: noise() } }, name),
      ),
    );
  };
}
