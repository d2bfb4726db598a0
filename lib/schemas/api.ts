// long: the responses of the whole API, a field a line
import { z } from "zod";
import { AffectedResource, Entity, TextOrLink } from "#lib/domain/detection.ts";
import { boxes } from "#lib/domain/box.ts";
import { environments } from "#lib/domain/environment.ts";
import { healthStates } from "#lib/domain/health.ts";
import { namedSeverities } from "#lib/domain/severity.ts";
import { Severity, Status, TargetStatus } from "#lib/domain/words.ts";
import { reasons, verdicts } from "#lib/domain/verdict.ts";
import { views } from "#lib/domain/view.ts";
import { FeedCursorText } from "./detections.ts";

// the responses of the public API, which are reduced to these schemas; api-requests.ts has the requests

const Moment = z.iso.datetime().meta({ description: "ISO 8601, UTC." });
const count = z.int().min(0);

export const ApiConfiguration = z
  .object({
    id: z.uuid(),
    name: z.string(),
    vendor: z.string(),
    provider: z.string(),
    authType: z.enum(["oauth", "delegated"]).meta({
      description: "With `delegated`, each person sees what the vendor allows their own account to see.",
    }),
    access: z.enum(["granted", "unconfirmed", "lapsed", "not_connected"]).meta({
      description:
        "Whether the caller sees its detections. `unconfirmed`: yes, according to the vendor's last answer. `lapsed` and `not_connected`: no, the caller must first sign in with their account in the portal.",
    }),
    unconfirmedSince: Moment.nullable(),
    changesBlocked: z
      .string()
      .nullable()
      .meta({ description: "Why the caller can't change a status now, or null." }),
    scope: z
      .object({ id: z.string(), name: z.string().nullable() })
      .nullable()
      .meta({ description: "What the configuration reads, with the vendor's id and name." }),
    subscriptionId: z.string().nullable().meta({ description: "The scope's id." }),
    environment: z.enum(environments).meta({
      description: "Alerts of a `test` environment never notify outside hours.",
    }),
    notifyAbout: z.array(z.enum(namedSeverities)).meta({
      description: "The severities of alerts that notify the team.",
    }),
    isDisabled: z.boolean(),
    signIn: z
      .object({ authority: z.url(), clientId: z.string(), redirectUri: z.string(), scope: z.string() })
      .nullable()
      .meta({
        description:
          "What a native app needs to sign its user in at the vendor with authorization code and PKCE. Null unless `authType` is `delegated`.",
      }),
    health: z
      .object({
        state: z.enum(healthStates),
        code: z.string().nullable(),
        reason: z.string().nullable(),
        remedy: z.string().nullable(),
      })
      .nullable()
      .meta({
        description:
          "Null if the caller doesn't see the configuration's detections; so are `scope` and the fields below.",
      }),
    pollIntervalSeconds: z.int().nullable(),
    lastGoodSyncAt: Moment.nullable(),
    lastAttemptAt: Moment.nullable(),
    nextSyncAt: Moment.nullable(),
  })
  .meta({
    id: "ApiConfiguration",
    description: "A vendor configuration. No response contains its credential.",
  });
export type ApiConfiguration = z.output<typeof ApiConfiguration>;

export const ApiConfigurationList = z
  .object({ items: z.array(ApiConfiguration) })
  .meta({ id: "ApiConfigurationList" });

export const ApiVendorAlertList = z
  .object({
    value: z.array(z.json()).meta({ description: "The alerts, unchanged, in the vendor's format." }),
    nextLink: z
      .url()
      .optional()
      .meta({ description: "The address of the next page; absent on the last page." }),
  })
  .meta({ id: "ApiVendorAlertList" });

const Tracked = z.object({
  id: z.uuid(),
  title: z.string(),
  severity: Severity,
  status: Status.meta({ description: "The status at the vendor when it was last read." }),
  box: z.enum(boxes).meta({
    description:
      "The one box it is in; the first that fits, in this order. A requested status counts as done. `triage`: nobody owns it and it needs a decision.",
  }),
  pendingStatus: TargetStatus.nullable().meta({
    description: "A requested status that isn't confirmed yet.",
  }),
  syncState: z.enum(["idle", "held", "sending", "confirmed", "diverged", "failed"]),
  resourceName: z.string(),
  resourceType: z.string(),
  configurationId: z.uuid(),
  configurationName: z.string(),
  vendor: z.string().meta({ description: "The id of the product that raised the alert." }),
  provider: z.string(),
  tactics: z.array(z.string()),
  isSample: z.boolean(),
  isIncident: z.boolean(),
  ownerId: z
    .uuid()
    .nullable()
    .meta({ description: "The user id of its owner, who acknowledged it or took it over." }),
  acknowledgedBy: z.string().nullable().meta({ description: "The owner's name." }),
  silentOwner: z.string().nullable().meta({
    description: "Who owned it until they were silent for too long. Null once somebody owns it again.",
  }),
  commentCount: count,
  reference: z
    .string()
    .nullable()
    .meta({ description: "What your ticket about it is called: a number or an https address." }),
  verdict: z.enum(verdicts).nullable(),
  reason: z.enum(reasons).nullable().meta({ description: "Why it was judged so." }),
  acknowledgedAt: Moment.nullable(),
  occurredAt: Moment,
  receivedAt: Moment,
  changeSequence: count.meta({
    description: "The number of its last change. Of two versions, the one with the higher number is newer.",
  }),
});

export const ApiDetectionItem = Tracked.meta({ id: "ApiDetectionItem" });
export type ApiDetectionItem = z.output<typeof ApiDetectionItem>;

export const ApiDetectionList = z
  .object({
    items: z.array(ApiDetectionItem),
    nextCursor: FeedCursorText.nullable().meta({ description: "Null on the last page." }),
    counts: z
      .object({
        view: z.record(z.enum(views), z.object({ total: count, high: count })).meta({
          description: "By view: all detections in it, and those of High or unknown severity among them.",
        }),
        severity: z.partialRecord(Severity, count),
        status: z.partialRecord(Status, count),
        configuration: z.record(z.string(), count),
      })
      .meta({
        description:
          "Counts of all detections that the caller may see, regardless of the filters; except by view, without samples.",
      }),
  })
  .meta({ id: "ApiDetectionList" });

const ApiTimelineEntry = z
  .object({
    id: z.uuid(),
    at: Moment,
    text: z.string(),
    by: z.string().nullable(),
    where: z.string(),
    note: z.string().nullable(),
  })
  .meta({ id: "ApiTimelineEntry" });

export const ApiDetection = Tracked.extend({
  pendingChangeId: z.uuid().nullable(),
  description: z.string(),
  alertType: z.string(),
  productComponent: z.string(),
  compromisedEntity: z.string(),
  techniques: z.array(z.string()),
  resources: z.array(AffectedResource),
  entities: z.array(Entity),
  extendedProperties: z.array(z.object({ name: z.string(), value: TextOrLink })),
  remediationSteps: z.array(TextOrLink),
  links: z.array(TextOrLink),
  remarks: z
    .array(z.string())
    .meta({ description: "Parts of the alert that could not be used as they were." }),
  startedAt: Moment.nullable(),
  endedAt: Moment.nullable(),
  generatedAt: Moment.nullable(),
  vendorUrl: z.string().nullable().meta({ description: "The alert's page at the vendor." }),
  lastNote: z.object({ text: z.string(), by: z.string(), at: Moment }).nullable().meta({
    description: "The last note on another alert of the same type and resource.",
  }),
  stateMessage: z.string().nullable().meta({ description: "Why the last change diverged or failed." }),
  writeProblem: z
    .string()
    .nullable()
    .meta({ description: "Why a status change would not take effect, or null." }),
  changesBlocked: z
    .string()
    .nullable()
    .meta({ description: "Why the caller can't change the status now, or null." }),
  unconfirmedSince: Moment.nullable().meta({
    description:
      "Since when the vendor could not be asked whether the caller may see it; its last answer applies.",
  }),
  canTriage: z.boolean(),
  noteRequired: z.array(TargetStatus).meta({ description: "The statuses that need a note." }),
  timeline: z.array(ApiTimelineEntry).meta({ description: "Newest first, 500 at most." }),
  raw: z.string().meta({ description: "The alert as received, as indented JSON." }),
}).meta({ id: "ApiDetection" });
export type ApiDetection = z.output<typeof ApiDetection>;

export const ApiAcknowledged = z
  .object({
    id: z.uuid(),
    outcome: z.enum(["acknowledged", "already"]),
    by: z.string().nullable().meta({ description: "Who has acknowledged it." }),
    changeId: z.uuid().nullable().meta({ description: "For Undo; null if nothing changed." }),
  })
  .meta({ id: "ApiAcknowledged" });

export const ApiOwnerChanged = z
  .object({
    id: z.uuid(),
    changeId: z.uuid(),
    undoMs: count.meta({ description: "Milliseconds in which the change can be undone." }),
  })
  .meta({ id: "ApiOwnerChanged" });

export const ApiCommented = ApiOwnerChanged.meta({ id: "ApiCommented" });

export const ApiReference = z.object({ reference: z.string().nullable() }).meta({ id: "ApiReference" });

export const ApiExportText = z
  .string()
  .meta({ description: "CSV (RFC 4180) with a line of names, or a JSON object a line." });

export const ApiUndone = z.object({ changeId: z.uuid(), undone: z.boolean() }).meta({ id: "ApiUndone" });

export const ApiStatusHeld = z
  .object({
    id: z.uuid(),
    outcome: z.enum(["held", "judged"]).meta({
      description:
        "`judged` if it has the status already and only its verdict was changed, which holds at once.",
    }),
    changeId: z.uuid(),
    undoMs: count.meta({ description: "Milliseconds until the change is sent, in which it can be undone." }),
  })
  .meta({ id: "ApiStatusHeld" });

const ApiStatusRefused = z
  .object({
    id: z.uuid(),
    outcome: z.literal("refused"),
    code: z.enum(["not_found", "conflict", "not_allowed", "unavailable"]),
    message: z.string(),
  })
  .meta({ id: "ApiStatusRefused" });

export const ApiStatusResult = z
  .discriminatedUnion("outcome", [ApiStatusHeld, ApiStatusRefused])
  .meta({ id: "ApiStatusResult" });
export type ApiStatusResult = z.output<typeof ApiStatusResult>;

export const ApiStatusResultList = z
  .object({ results: z.array(ApiStatusResult) })
  .meta({ id: "ApiStatusResultList" });

export const ApiSyncAsked = z.object({ asked: z.literal(1) }).meta({ id: "ApiSyncAsked" });

export const ApiStreamText = z.string().meta({
  id: "ApiStreamText",
  description: "Lines of `event`, `id` and `data` (JSON in one line), with an empty line after each event.",
});
