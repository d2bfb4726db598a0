import { readFileSync } from "node:fs";
import { resolveTemplate } from "../emulator/logic-app/template.ts";

export type Raw = Record<string, unknown>;
type Definition = {
  parameters: Record<string, Raw>;
  triggers: Record<string, Raw>;
  actions: Record<string, { inputs: Raw } & Raw>;
  outputs: Raw;
};
export const read = (name: string) => readFileSync(`public/templates/${name}`, "utf8");
export const automationText = read("pocketsoc-defender-automation.json");
export const automationTemplate = JSON.parse(automationText) as Raw & {
  parameters: Record<string, Raw>;
  resources: Raw[];
};
export const logicApp = JSON.parse(read("pocketsoc-logic-app.json")) as {
  definition: Definition;
  parameters: Raw;
};

export const canary = "https://portal.example/api/webhooks/azure-logic-app/CANARY-token";
export const place = {
  subscriptionId: "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01",
  subscriptionName: "Contoso",
  tenantId: "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b",
  resourceGroup: "rg-pocketsoc",
  location: "westeurope",
};
export const resolved = (more: Raw = {}) =>
  resolveTemplate(automationTemplate, { pocketsocWebhookUrl: canary, ...more }, place);
export const [forwarder, heartbeat, automation] = resolved().resources;
export const definitionOf = (resource: { properties: Raw } | undefined) =>
  resource?.properties.definition as Definition;
export const definitions: [string, Definition][] = [
  ["the Logic App of Option A", definitionOf(forwarder)],
  ["the heartbeat of Option A", definitionOf(heartbeat)],
  ["the Logic App of Option B", logicApp.definition],
];
