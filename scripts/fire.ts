import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { subscriptions } from "../emulator/azure/directory.ts";
import { callControl, readControlUrl } from "./demo-azure.ts";
import { fail } from "./programs.ts";
import { stateDirOf } from "./state-folder.ts";

const usage =
  "Usage: npm run demo:alert (or dev:alert) -- [--severity High|Medium|Low|Informational] [--count N] [--every MS] [--subscription ID]";
const severities = ["High", "Medium", "Low", "Informational"];

/**
 * Creates alerts in the running demo's emulated Azure, or in that of `npm run dev` with `--dev`. Without `--every` all
 * alerts are created at once; `--every` is the time between two alerts in ms.
 */
async function fireAlerts(): Promise<void> {
  const options = {
    dev: { type: "boolean", default: false },
    severity: { type: "string", default: "High" },
    count: { type: "string", default: "1" },
    every: { type: "string" },
    subscription: { type: "string", default: subscriptions.production },
  } as const;
  const { values } = parseArgs({ options });
  const [count, everyMs] = [Number(values.count), Number(values.every ?? 0)];
  const isValid = Number.isInteger(count) && count >= 1 && count <= 10_000 && everyMs >= 0;
  if (!severities.includes(values.severity) || !isValid) throw new Error(usage);
  const name = values.dev ? "dev" : "demo";
  const controlUrl = readControlUrl(stateDirOf(name), `npm run ${name}`);
  const fire = (howMany: number) =>
    callControl(controlUrl, "/alerts", {
      subscriptionId: values.subscription,
      count: howMany,
      varied: true,
      properties: { severity: values.severity },
    });
  if (everyMs === 0) await fire(count);
  else
    for (let fired = 0; fired < count; fired++) {
      if (fired > 0) await pause(everyMs);
      await fire(1);
    }
  console.log(
    `${count === 1 ? "An alert" : `${count} alerts`} of severity ${values.severity} created in the emulated Azure.`,
  );
}

await fireAlerts().catch(fail);
