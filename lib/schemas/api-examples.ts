import type { z } from "zod";
import type { ApiDetectionItem } from "./api.ts";
import type { OperationId, Operations } from "./api-operations.ts";

type Example<K extends OperationId> = {
  response: z.input<Operations[K]["response"]>;
} & (Operations[K]["body"] extends z.ZodType ? { body: z.input<Operations[K]["body"]> } : { body?: never });

const configurationId = "019a8f10-3c00-7a5e-9d1b-2f6b8c4d0e11";
const detectionId = "019a8f12-7b40-7c21-8e55-6a1f0d9b3c42";
const otherId = "019a8f12-7b40-7c21-8e55-6a1f0d9b3c43";
const changeId = "019a8f15-0d20-7e83-b0c4-91d2e5f6a7b8";

const item: z.input<typeof ApiDetectionItem> = {
  id: detectionId,
  title: "Suspicious process executed",
  severity: "high",
  status: "active",
  box: "triage",
  pendingStatus: null,
  syncState: "idle",
  resourceName: "vm-web-01",
  resourceType: "machine",
  configurationId,
  configurationName: "Production",
  vendor: "example-cloud",
  provider: "Example Cloud",
  tactics: ["Execution"],
  isSample: false,
  isIncident: false,
  ownerId: null,
  acknowledgedBy: null,
  silentOwner: null,
  commentCount: 0,
  reference: null,
  verdict: null,
  reason: null,
  acknowledgedAt: null,
  occurredAt: "2026-11-20T08:30:00.000Z",
  receivedAt: "2026-11-20T08:31:05.120Z",
  changeSequence: 4_711,
};

/** An example request and response for each operation, shown in the OpenAPI document. */
export const examples: { [K in OperationId]: Example<K> } = {
  listConfigurations: {
    response: {
      items: [
        {
          id: configurationId,
          name: "Production",
          vendor: "example-cloud",
          provider: "Example Cloud",
          authType: "delegated",
          access: "granted",
          unconfirmedSince: null,
          changesBlocked: null,
          scope: { id: "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01", name: "Production" },
          subscriptionId: "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01",
          environment: "production",
          notifyAbout: ["high", "medium"],
          isDisabled: false,
          signIn: {
            authority: "https://login.example.com/4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b",
            clientId: "1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5",
            redirectUri: "pocketsoc://auth",
            scope: "https://api.example.com/user_impersonation offline_access openid profile",
          },
          health: { state: "healthy", code: null, reason: null, remedy: null },
          pollIntervalSeconds: 60,
          lastGoodSyncAt: "2026-11-20T08:31:05.120Z",
          lastAttemptAt: "2026-11-20T08:31:05.120Z",
          nextSyncAt: "2026-11-20T08:32:05.120Z",
        },
      ],
    },
  },
  listVendorAlerts: {
    response: {
      value: [{ id: `/scopes/11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01/alerts/${detectionId}`, properties: {} }],
      nextLink: `https://soc.example/api/v1/configurations/${configurationId}/alerts?cursor=AbCd`,
    },
  },
  syncConfiguration: { response: { asked: 1 } },
  listDetections: {
    response: {
      items: [item],
      nextCursor: `2026-11-20T08:30:00.000000Z_${detectionId}`,
      counts: {
        view: {
          triage: { total: 1, high: 1 },
          mine: { total: 0, high: 0 },
          owned: { total: 0, high: 0 },
          closed: { total: 0, high: 0 },
          all: { total: 1, high: 1 },
          not_saved: { total: 0, high: 0 },
          backlog: { total: 0, high: 0 },
          samples: { total: 0, high: 0 },
        },
        severity: { high: 1 },
        status: { active: 1 },
        configuration: { [configurationId]: 1 },
      },
    },
  },
  streamChanges: {
    response: `retry: 2000\nid: 4710\n\nevent: detection\nid: 4711\ndata: ${JSON.stringify(item)}\n\n`,
  },
  getDetection: {
    response: {
      ...item,
      pendingChangeId: null,
      description: "A process that is often used in attacks ran on the machine.",
      alertType: "VM_SuspiciousProcess",
      productComponent: "Servers",
      compromisedEntity: "vm-web-01",
      techniques: ["T1059"],
      resources: [
        {
          kind: "Machine",
          id: "/scopes/11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01/machines/vm-web-01",
          name: "vm-web-01",
          resourceType: "machine",
        },
      ],
      entities: [
        { kind: "ip", name: "203.0.113.7", fields: [], pivot: { type: "ip", value: "203.0.113.7" } },
      ],
      extendedProperties: [{ name: "User", value: { text: "www-data", href: null } }],
      remediationSteps: [{ text: "Look at the process and at what started it.", href: null }],
      links: [],
      remarks: [],
      startedAt: "2026-11-20T08:29:40.000000Z",
      endedAt: null,
      generatedAt: "2026-11-20T08:30:00.000000Z",
      vendorUrl: null,
      lastNote: null,
      stateMessage: null,
      writeProblem: null,
      changesBlocked: null,
      unconfirmedSince: null,
      canTriage: true,
      noteRequired: ["dismissed"],
      timeline: [
        {
          id: otherId,
          at: "2026-11-20T08:31:05.120Z",
          text: "Received by poll through Production, as Active",
          by: null,
          where: "PocketSOC",
          note: null,
        },
      ],
      raw: "{}",
    },
  },
  acknowledgeDetection: { response: { id: detectionId, outcome: "acknowledged", by: "Ana Admin", changeId } },
  releaseDetection: { response: { id: detectionId, changeId, undoMs: 8_000 } },
  takeOverDetection: { body: { from: otherId }, response: { id: detectionId, changeId, undoMs: 8_000 } },
  commentOnDetection: {
    body: { text: "The backup of the vault." },
    response: { id: detectionId, changeId, undoMs: 8_000 },
  },
  setDetectionReference: { body: { reference: "INC0012345" }, response: { reference: "INC0012345" } },
  exportDetections: { response: '"id","vendor"\r\n"6a1f…","example-cloud"\r\n' },
  undoChange: { response: { changeId, undone: true } },
  setDetectionStatus: {
    body: { to: "in_progress", expected: "active", note: "Looking at it." },
    response: { id: detectionId, outcome: "held", changeId, undoMs: 8_000 },
  },
  setDetectionStatuses: {
    body: {
      items: [
        { id: detectionId, expected: "active" },
        { id: otherId, expected: "active" },
      ],
      to: "dismissed",
      note: "A test of ours.",
    },
    response: {
      results: [
        { id: detectionId, outcome: "held", changeId, undoMs: 8_000 },
        {
          id: otherId,
          outcome: "refused",
          code: "conflict",
          message: "It is Resolved by now, no longer Active. Look at it again, then decide.",
        },
      ],
    },
  },
};
