import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lockHolderOf, writeWhole } from "./state-folder.ts";

const noteIn = (stateDir: string) => join(stateDir, "emulator-control.json");

/** Notes where the demo's emulated Azure can be told what to do, until this process ends. */
export function noteControl(stateDir: string, controlUrl: string): void {
  const note = noteIn(stateDir);
  writeWhole(note, JSON.stringify({ controlUrl }));
  process.once("exit", () => rmSync(note, { force: true }));
}

/** Where a running demo's emulated Azure is told what to do; an Error for people when `command` doesn't run. */
export function controlOf(stateDir: string, command: string): string {
  const note = noteIn(stateDir);
  if (!lockHolderOf(stateDir) || !existsSync(note))
    throw new Error(`${command} isn't running here yet. Start it, and wait until it says where to look.`);
  return (JSON.parse(readFileSync(note, "utf8")) as { controlUrl: string }).controlUrl;
}

/** One call of the emulator's control API (emulator/README.md); an Error with its reason when it refuses. */
export async function tellAzure(controlUrl: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${controlUrl}${path}`, { method: "POST", body: JSON.stringify(body) });
  const answer = (await response.json()) as { error?: unknown };
  if (response.ok) return answer;
  throw new Error(`The emulated Azure refused ${path}: ${JSON.stringify(answer.error)}`);
}

/**
 * Deploys the template of Option A in the emulated Azure, as a person would in the Azure portal: from then on
 * alerts of these severities are posted to `webhookUrl`, and a heartbeat every 15 minutes, the first at once.
 */
export async function deployAutomation(
  controlUrl: string,
  options: { webhookUrl: string; subscriptionId: string; severities?: string[] },
): Promise<void> {
  const file = "public/templates/pocketsoc-defender-automation.json";
  await tellAzure(controlUrl, "/deployments", {
    template: JSON.parse(readFileSync(file, "utf8")) as unknown,
    subscriptionId: options.subscriptionId,
    resourceGroup: "rg-pocketsoc",
    parameters: {
      pocketsocWebhookUrl: options.webhookUrl,
      ...(options.severities ? { severities: options.severities } : {}),
    },
  });
}
