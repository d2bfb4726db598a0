import { readFileSync } from "node:fs";
import { subscriptions } from "../emulator/azure/directory.ts";
import { useEmulator } from "./emulator.ts";
import { type Received, useReceiver } from "./logic-app-receiver.ts";

/** PocketSOC's automation template, as Azure deploys it. */
export const template = JSON.parse(
  readFileSync("public/templates/pocketsoc-defender-automation.json", "utf8"),
) as object;
/** The webhook token that deployments use. Tests search for the word CANARY to find a leak of the token. */
export const canary = "CANARY-pst_0123456789abcdef";
export const subscriptionId = subscriptions.production;
export const isHeartbeat = ({ body }: Received) => body.pocketsoc === "heartbeat";

type Run = {
  id: string;
  workflow: string;
  status: string;
  error: string | null;
  trigger: { outputs: unknown };
  action: { inputs: unknown; outputs: unknown; attempts: { status: number | null }[] };
};

/**
 * Starts an emulator and a receiver for the test file that calls this. Returns functions that deploy the template and list
 * the receiver's requests.
 */
export function useAutomation() {
  const emulator = useEmulator();
  const { control } = emulator;
  const receiver = useReceiver();
  const { received } = receiver;
  return {
    ...emulator,
    receiver,
    /** Lists the requests that the receiver got so far, without heartbeats. */
    deliveries: () => received.filter((request) => !isHeartbeat(request)),
    /** Lists the runs of the Logic App that posts alerts. */
    runs: async () =>
      ((await control("GET", "/runs")) as Run[]).filter(
        ({ workflow }) => workflow === "pocketsoc-defender-alerts",
      ),
    /** Deploys a template with `parameters` besides the usual ones. Returns the answer of the emulator's control API. */
    deploy: (parameters: object = {}, changedTemplate: object = template) =>
      control("POST", "/deployments", {
        template: changedTemplate,
        subscriptionId,
        resourceGroup: "rg-pocketsoc",
        parameters: {
          pocketsocWebhookUrl: `${receiver.url()}/api/webhooks/azure-logic-app/${canary}`,
          ...parameters,
        },
      }),
    /** Raises an alert and returns its name. */
    addAlert: async (properties: object = {}, inSubscription = subscriptionId) => {
      const body = { subscriptionId: inSubscription, properties };
      const { names } = (await control("POST", "/alerts", body)) as { names: string[] };
      return names[0] ?? "";
    },
  };
}
