import { z } from "zod";
import type { Scope } from "#lib/domain/access-token.ts";
import {
  ApiAcknowledged,
  ApiBulkStatusBody,
  ApiConfigurationList,
  ApiDetection,
  ApiDetectionList,
  ApiFeedQuery,
  ApiStatusBody,
  ApiStatusHeld,
  ApiStatusResultList,
  ApiStreamQuery,
  ApiStreamText,
  ApiSyncAsked,
  ApiVendorAlertList,
  ApiVendorAlertQuery,
} from "./api.ts";

export type Operation = {
  method: "GET" | "POST";
  /** as OpenAPI writes it */
  path: `/api/v1/${string}`;
  summary: string;
  description: string;
  /** the token scope it needs; the verb behind it decides */
  scope: Scope;
  /** each call is one of the vendor's, so there are fewer of them */
  asksVendor: boolean;
  params: z.ZodObject;
  query: z.ZodObject;
  body: z.ZodType | null;
  bodyMaxBytes: number;
  /** of a good answer */
  status: 200 | 202;
  response: z.ZodType;
  /** answers with server-sent events, for as long as both sides want */
  isStream: boolean;
  /** the statuses of its problems, beside those that every operation has */
  refusals: readonly number[];
};

/** statuses that any operation may answer with */
const commonRefusals = [400, 401, 403, 429, 500, 503] as const;

const none = z.strictObject({});
const byId = z.object({ id: z.uuid() });
const kib = 1_024;
const usual = {
  asksVendor: false,
  isStream: false,
  params: none,
  query: none,
  body: null,
  bodyMaxBytes: 64 * kib,
  refusals: [],
};

/** Every operation of the API, once: the routes and the OpenAPI document are both made from it. */
export const operations = {
  listConfigurations: {
    ...usual,
    method: "GET",
    path: "/api/v1/configurations",
    summary: "List the vendor configurations",
    description: "Those the caller may see, by name, with their health. Never a secret.",
    scope: "read",
    status: 200,
    response: ApiConfigurationList,
  },
  listVendorAlerts: {
    ...usual,
    method: "GET",
    path: "/api/v1/configurations/{id}/alerts",
    summary: "List a configuration's alerts, live from its vendor",
    description:
      "The alert proxy: a page of what the vendor lists now, in its own shape, asked with the stored credential or, of a delegated configuration, with the caller's own account.",
    scope: "read",
    asksVendor: true,
    params: byId,
    query: ApiVendorAlertQuery,
    status: 200,
    response: ApiVendorAlertList,
    refusals: [404, 409],
  },
  syncConfiguration: {
    ...usual,
    method: "POST",
    path: "/api/v1/configurations/{id}/sync",
    summary: "Ask for a sync",
    description: "Makes the configuration due now; a worker reads it within seconds.",
    scope: "read",
    params: byId,
    status: 202,
    response: ApiSyncAsked,
    refusals: [404, 409],
  },
  listDetections: {
    ...usual,
    method: "GET",
    path: "/api/v1/detections",
    summary: "List detections",
    description: "Newest first, 50 a page; `nextCursor` leads to the next one.",
    scope: "read",
    query: ApiFeedQuery,
    status: 200,
    response: ApiDetectionList,
  },
  streamChanges: {
    ...usual,
    method: "GET",
    path: "/api/v1/stream",
    summary: "Follow what changes",
    description:
      "Server-sent events in the order of the organisation's changes, for what the caller may see: `detection` (data: an ApiDetectionItem), `deleted` (data: `id`), `heartbeat` every 15 s; `reset` and `access` mean that what you hold may be wrong, so list anew; `end` that these credentials are good no more. Each carries an `id`: come back with it as `Last-Event-ID` and nothing is missed.",
    scope: "read",
    query: ApiStreamQuery,
    isStream: true,
    status: 200,
    response: ApiStreamText,
  },
  getDetection: {
    ...usual,
    method: "GET",
    path: "/api/v1/detections/{id}",
    summary: "Get a detection",
    description: "With everything known of it, and its timeline.",
    scope: "read",
    params: byId,
    status: 200,
    response: ApiDetection,
    refusals: [404],
  },
  acknowledgeDetection: {
    ...usual,
    method: "POST",
    path: "/api/v1/detections/{id}/acknowledge",
    summary: "Acknowledge a detection",
    description: "Claims it for the caller; the vendor isn't told. Who has it already keeps it.",
    scope: "triage",
    params: byId,
    status: 200,
    response: ApiAcknowledged,
    refusals: [404],
  },
  setDetectionStatus: {
    ...usual,
    method: "POST",
    path: "/api/v1/detections/{id}/status",
    summary: "Change a detection's status",
    description: "Held for a moment, then sent to the vendor, read back and confirmed; the timeline says so.",
    scope: "triage",
    params: byId,
    body: ApiStatusBody,
    status: 200,
    response: ApiStatusHeld,
    refusals: [404, 409, 413, 415],
  },
  setDetectionStatuses: {
    ...usual,
    method: "POST",
    path: "/api/v1/detections/status",
    summary: "Change the status of up to 500 detections",
    description: "A result for each, in the order asked; one that is refused stops no other.",
    scope: "triage",
    body: ApiBulkStatusBody,
    bodyMaxBytes: 256 * kib,
    status: 200,
    response: ApiStatusResultList,
    refusals: [413, 415],
  },
} as const satisfies Record<string, Operation>;

export type Operations = typeof operations;
export type OperationId = keyof Operations;
export const operationIds = Object.keys(operations) as OperationId[];

/** Every status that an operation may answer with. */
export const statusesOf = ({ status, refusals }: Operation): number[] =>
  [...new Set([status, ...commonRefusals, ...refusals])].toSorted((a, b) => a - b);
