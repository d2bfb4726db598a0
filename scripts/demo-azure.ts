import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lockHolderOf, writeWhole } from "./state-folder.ts";

const noteIn = (stateDir: string) => join(stateDir, "emulator-control.json");

/**
 * Writes the address of the demo emulator's control API to a file in the state folder. The file is removed when this
 * process ends.
 */
export function writeControlUrl(stateDir: string, controlUrl: string): void {
  const note = noteIn(stateDir);
  writeWhole(note, JSON.stringify({ controlUrl }));
  process.once("exit", () => rmSync(note, { force: true }));
}

/**
 * Returns the address of the running demo's control API. If the demo isn't running, throws an Error whose message says that
 * `command` starts it.
 */
export function readControlUrl(stateDir: string, command: string): string {
  const note = noteIn(stateDir);
  if (!lockHolderOf(stateDir) || !existsSync(note))
    throw new Error(`${command} isn't running here yet. Start it, and wait until it says where to look.`);
  return (JSON.parse(readFileSync(note, "utf8")) as { controlUrl: string }).controlUrl;
}

/**
 * Calls the emulator's control API (emulator/README.md). Throws an Error with the reason if the emulator refuses the call.
 */
export async function callControl(controlUrl: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${controlUrl}${path}`, { method: "POST", body: JSON.stringify(body) });
  const answer = (await response.json()) as { error?: unknown };
  if (response.ok) return answer;
  throw new Error(`The emulated Azure refused ${path}: ${JSON.stringify(answer.error)}`);
}

/**
 * Deploys the template of option A in the emulated Azure, as a person does in the Azure portal. From then on the emulator
 * posts alerts of these severities to `webhookUrl`, and a heartbeat every 15 minutes.
 */
export async function deployAutomation(
  controlUrl: string,
  options: { webhookUrl: string; subscriptionId: string; severities?: string[] },
): Promise<void> {
  const file = "public/templates/pocketsoc-defender-automation.json";
  await callControl(controlUrl, "/deployments", {
    template: JSON.parse(readFileSync(file, "utf8")) as unknown,
    subscriptionId: options.subscriptionId,
    resourceGroup: "rg-pocketsoc",
    parameters: {
      pocketsocWebhookUrl: options.webhookUrl,
      ...(options.severities ? { severities: options.severities } : {}),
    },
  });
}
