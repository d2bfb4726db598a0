// long: one table of all operations
import { z } from "zod";
import { exportMediaType } from "#lib/domain/export-format.ts";
import type { Scope } from "#lib/domain/access-token.ts";
import {
  ApiAcknowledged,
  ApiCommented,
  ApiExportText,
  ApiReference,
  ApiOwnerChanged,
  ApiUndone,
  ApiConfigurationList,
  ApiDetection,
  ApiDetectionList,
  ApiStatusHeld,
  ApiStatusResultList,
  ApiStreamText,
  ApiSyncAsked,
  ApiVendorAlertList,
} from "./api.ts";
import {
  ApiBulkStatusBody,
  ApiCommentBody,
  ApiExportQuery,
  ApiReferenceBody,
  ApiFeedQuery,
  ApiStatusBody,
  ApiStreamQuery,
  ApiTakeOverBody,
  ApiVendorAlertQuery,
} from "./api-requests.ts";

export type Operation = {
  method: "GET" | "POST";
  /** the address in OpenAPI's syntax, with parameters in braces */
  path: `/api/v1/${string}`;
  summary: string;
  description: string;
  /** the scope that an API token needs for the operation */
  scope: Scope;
  /** whether each call of the operation calls the vendor; such operations have a lower rate limit */
  asksVendor: boolean;
  params: z.ZodObject;
  query: z.ZodObject;
  body: z.ZodType | null;
  bodyMaxBytes: number;
  /** the status of a successful response */
  status: 200 | 202;
  response: z.ZodType;
  /** the media types of a successful response; all but JSON are sent as a stream */
  mediaTypes: readonly string[];
  /** the HTTP statuses of the operation's problems, in addition to `commonRefusals` */
  refusals: readonly number[];
};

/** the HTTP statuses of the problems that every operation may have */
const commonRefusals = [400, 401, 403, 429, 500, 503] as const;

const none = z.strictObject({});
const byId = z.object({ id: z.uuid() });
const kib = 1_024;
const defaults = {
  asksVendor: false,
  mediaTypes: ["application/json"],
  params: none,
  query: none,
  body: null,
  bodyMaxBytes: 64 * kib,
  refusals: [],
};

/** All operations of the API. The routes and the OpenAPI document are both built from this table. */
export const operations = {
  listConfigurations: {
    ...defaults,
    method: "GET",
    path: "/api/v1/configurations",
    summary: "List the vendor configurations",
    description:
      "Lists the configurations that the caller may see, by name, with their health. Contains no secrets.",
    scope: "read",
    status: 200,
    response: ApiConfigurationList,
  },
  listVendorAlerts: {
    ...defaults,
    method: "GET",
    path: "/api/v1/configurations/{id}/alerts",
    summary: "List a configuration's alerts, live from its vendor",
    description:
      "Returns a page of the vendor's current list in the vendor's format. Calls the vendor with the stored credential or, for a delegated configuration, with the caller's own account.",
    scope: "read",
    asksVendor: true,
    params: byId,
    query: ApiVendorAlertQuery,
    status: 200,
    response: ApiVendorAlertList,
    refusals: [404, 409],
  },
  syncConfiguration: {
    ...defaults,
    method: "POST",
    path: "/api/v1/configurations/{id}/sync",
    summary: "Request a sync",
    description: "Makes the configuration due now. A worker polls it within seconds.",
    scope: "read",
    params: byId,
    status: 202,
    response: ApiSyncAsked,
    refusals: [404, 409],
  },
  listDetections: {
    ...defaults,
    method: "GET",
    path: "/api/v1/detections",
    summary: "List detections",
    description: "Newest first, 50 per page. `nextCursor` leads to the next page.",
    scope: "read",
    query: ApiFeedQuery,
    status: 200,
    response: ApiDetectionList,
  },
  streamChanges: {
    ...defaults,
    method: "GET",
    path: "/api/v1/stream",
    summary: "Stream changes",
    description:
      "Server-sent events in the order of the organisation's changes, for detections that the caller may see. `detection` has an ApiDetectionItem as data, `deleted` an `id`. `heartbeat` comes every 15 s. `reset` and `access` mean that your data may be outdated: list the detections again. `end` means that the credentials are no longer valid. Every event has an `id`: reconnect with it as `Last-Event-ID` to miss nothing.",
    scope: "read",
    query: ApiStreamQuery,
    mediaTypes: ["text/event-stream"],
    status: 200,
    response: ApiStreamText,
  },
  getDetection: {
    ...defaults,
    method: "GET",
    path: "/api/v1/detections/{id}",
    summary: "Get a detection",
    description: "Returns all details and the timeline.",
    scope: "read",
    params: byId,
    status: 200,
    response: ApiDetection,
    refusals: [404],
  },
  acknowledgeDetection: {
    ...defaults,
    method: "POST",
    path: "/api/v1/detections/{id}/acknowledge",
    summary: "Acknowledge a detection",
    description:
      "Acknowledges it for the caller. The vendor isn't told. If somebody has acknowledged it already, nothing changes.",
    scope: "triage",
    params: byId,
    status: 200,
    response: ApiAcknowledged,
    refusals: [404],
  },
  releaseDetection: {
    ...defaults,
    method: "POST",
    path: "/api/v1/detections/{id}/release",
    summary: "Release a detection",
    description:
      "Takes its owner away, so that it needs triage again and its escalation goes on where it was. If it is in_progress, it becomes active at the vendor too. For its owner and for admins.",
    scope: "triage",
    params: byId,
    status: 200,
    response: ApiOwnerChanged,
    refusals: [404, 409],
  },
  takeOverDetection: {
    ...defaults,
    method: "POST",
    path: "/api/v1/detections/{id}/take-over",
    summary: "Take a detection over",
    description: "Makes the caller its owner, whoever owns it now. The vendor isn't told.",
    scope: "triage",
    params: byId,
    body: ApiTakeOverBody,
    status: 200,
    response: ApiOwnerChanged,
    refusals: [404, 409, 413, 415],
  },
  commentOnDetection: {
    ...defaults,
    method: "POST",
    path: "/api/v1/detections/{id}/comments",
    summary: "Comment on a detection",
    description:
      "Adds a comment to the timeline. Neither status nor owner changes, and the vendor isn't told.",
    scope: "triage",
    params: byId,
    body: ApiCommentBody,
    status: 200,
    response: ApiCommented,
    refusals: [404, 413, 415],
  },
  setDetectionReference: {
    ...defaults,
    method: "POST",
    path: "/api/v1/detections/{id}/reference",
    summary: "Set a detection's reference",
    description: "Sets what your ticket about it is called. An empty text removes it.",
    scope: "triage",
    params: byId,
    body: ApiReferenceBody,
    status: 200,
    response: ApiReference,
    refusals: [404, 413, 415],
  },
  exportDetections: {
    ...defaults,
    method: "GET",
    path: "/api/v1/detections/export",
    summary: "Export detections",
    description:
      "Sends all detections of a view as a file, newest first. Times are in UTC. Cells of the CSV that a spreadsheet would run as a formula begin with an apostrophe. A file that ends early was broken off.",
    scope: "export",
    query: ApiExportQuery,
    status: 200,
    response: ApiExportText,
    mediaTypes: Object.values(exportMediaType),
  },
  undoChange: {
    ...defaults,
    method: "POST",
    path: "/api/v1/changes/{id}/undo",
    summary: "Undo a change",
    description:
      "Takes a change of a status or of an owner back while Undo is possible. `undone` is false if it is too late, or if somebody has changed it since.",
    scope: "triage",
    params: byId,
    status: 200,
    response: ApiUndone,
    refusals: [404],
  },
  setDetectionStatus: {
    ...defaults,
    method: "POST",
    path: "/api/v1/detections/{id}/status",
    summary: "Change a detection's status",
    description:
      "The change waits a few seconds for Undo, is then sent to the vendor, and is read back to confirm it. The timeline shows each step.",
    scope: "triage",
    params: byId,
    body: ApiStatusBody,
    status: 200,
    response: ApiStatusHeld,
    refusals: [404, 409, 413, 415],
  },
  setDetectionStatuses: {
    ...defaults,
    method: "POST",
    path: "/api/v1/detections/status",
    summary: "Change the status of up to 500 detections",
    description:
      "Returns a result for each, in the order of the request. A refused item doesn't affect the others.",
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

/** Returns all HTTP statuses with which an operation may respond. */
export const statusesOf = ({ status, refusals }: Operation): number[] =>
  [...new Set([status, ...commonRefusals, ...refusals])].toSorted((a, b) => a - b);
