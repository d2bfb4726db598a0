import type { Json } from "#lib/domain/detection.ts";
import { registry } from "#lib/vendors/registry.ts";
import { bentAlert, goodAlert } from "../alerts.ts";
import { startEmulator } from "../../emulator/start.ts";
import { formValues, production, tenantId } from "../form.ts";
import type { Fault, StandIn, VendorFixture } from "./fixture.ts";

const vendor = registry.find(({ manifest }) => manifest.id === "defender-for-cloud");
if (!vendor) throw new Error("not in the registry");

const entities = (name: (number: string) => string): Json[] => [
  { $id: name("1"), type: "host", hostName: "vm-pay-01" },
  { $id: name("2"), type: "process", commandLine: "/tmp/x", host: { $ref: name("1") } },
];

export const defenderForCloud: VendorFixture = {
  vendor,
  form: formValues,
  secret: formValues.clientSecret,
  alert: goodAlert({ entities: entities((number) => `a${number}`) }),
  again: goodAlert({ entities: entities((number) => `other-${number}`) }),
  changed: [
    goodAlert({ status: "Resolved" }),
    goodAlert({ severity: "Low" }),
    goodAlert({ alertDisplayName: "Another title" }),
  ],
  bent: bentAlert,
  withStatus: (status) => goodAlert({ status }),
  withSeverity: (severity) => goodAlert({ severity }),
  statusWords: {
    Active: "active",
    New: "active",
    InProgress: "in_progress",
    Dismissed: "dismissed",
    Resolved: "resolved",
  },
  startStandIn,
};

const kinds: Partial<Record<Fault, string>> = { html: "html-200", silence: "hang" };

async function startStandIn(): Promise<StandIn> {
  const emulator = await startEmulator({
    entraPort: 0,
    armPort: 0,
    browserPort: 0,
    stateDir: process.env.POCKETSOC_TEST_CA_DIR ?? ".pocketsoc/test-ca",
    volatile: true,
    control: true,
    portalUrls: ["http://localhost:3000"],
  });
  const control = async (method: string, path: string, body?: object) => {
    const sent = body ? JSON.stringify(body) : null;
    const response = await fetch(`${emulator.controlUrl}${path}`, { method, body: sent });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  };
  const targets = ["list", "get", "status", "subscription", "pricings", "permissions", "locations"];
  return {
    environment: {
      AZURE_AUTHORITY_HOST: emulator.authorityHost,
      AZURE_RESOURCE_MANAGER_ENDPOINT: emulator.armEndpoint,
      AZURE_GRAPH_ENDPOINT: emulator.graphEndpoint,
    },
    credential: {
      kind: "secret",
      application: { tenantId, applicationId: formValues.applicationId },
      secret: formValues.clientSecret,
    },
    add: () => control("POST", "/alerts", { subscriptionId: production, count: 1 }),
    fail: async (fault) => {
      const kind = kinds[fault] ?? fault;
      for (const target of [...targets, "automations", "simulate"])
        await control("POST", "/faults", { target, kind, times: 1_000, retryAfterSeconds: 7 });
    },
    mend: () => control("DELETE", "/faults"),
    stop: () => emulator.stop(),
  };
}
