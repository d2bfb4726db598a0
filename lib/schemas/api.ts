import { z } from "zod";
import { AffectedResource, Entity, TextOrLink } from "#lib/domain/detection.ts";
import { healthStates } from "#lib/domain/health.ts";
import { bulkMax, noteLengthMax, timeRanges } from "#lib/domain/triage.ts";
import { Severity, Status, TargetStatus } from "#lib/domain/words.ts";
import { FeedCursorText } from "./detections.ts";

// what the public API takes and gives, and nothing else: an answer is cut to these shapes

const Moment = z.iso.datetime().meta({ description: "ISO 8601, UTC." });
const count = z.int().min(0);

export const ApiConfiguration = z
  .object({
    id: z.uuid(),
    name: z.string(),
    vendor: z.string(),
    provider: z.string(),
    authType: z.enum(["oauth", "delegated"]).meta({
      description: "`delegated`: each person sees what the vendor lets their own account see.",
    }),
    access: z.enum(["granted", "unconfirmed", "lapsed", "not_connected"]).meta({
      description:
        "Whether the caller sees its detections: `unconfirmed` means as the vendor last answered, `lapsed` and `not_connected` that their account has to sign in first, in the portal.",
    }),
    unconfirmedSince: Moment.nullable(),
    changesBlocked: z.string().nullable().meta({ description: "Why the caller can't change a status now." }),
    scope: z
      .object({ id: z.string(), name: z.string().nullable() })
      .nullable()
      .meta({ description: "What it reads, by the vendor's id and name: for Azure, a subscription." }),
    subscriptionId: z.string().nullable().meta({ description: "The scope's id." }),
    isDisabled: z.boolean(),
    signIn: z
      .object({ authority: z.url(), clientId: z.string(), redirectUri: z.string(), scope: z.string() })
      .nullable()
      .meta({
        description:
          "What a native app signs its person in at the vendor with, by authorization code and PKCE. Null unless `authType` is `delegated`.",
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
        description: "Null, as `scope` and all that follows, where the caller doesn't see its detections.",
      }),
    pollIntervalSeconds: z.int().nullable(),
    lastGoodSyncAt: Moment.nullable(),
    lastAttemptAt: Moment.nullable(),
    nextSyncAt: Moment.nullable(),
  })
  .meta({ id: "ApiConfiguration", description: "A vendor configuration. Its credential is in no answer." });
export type ApiConfiguration = z.output<typeof ApiConfiguration>;

export const ApiConfigurationList = z
  .object({ items: z.array(ApiConfiguration) })
  .meta({ id: "ApiConfigurationList" });

export const ApiVendorAlertQuery = z.strictObject({
  cursor: z
    .string()
    .min(1)
    .max(8_192)
    .optional()
    .meta({ description: "From `nextLink` of the page before." }),
});

export const ApiVendorAlertList = z
  .object({
    value: z.array(z.json()).meta({ description: "Each alert word for word, in the vendor's own shape." }),
    nextLink: z.url().optional().meta({ description: "Where the list goes on; absent on the last page." }),
  })
  .meta({ id: "ApiVendorAlertList" });

const Tracked = z.object({
  id: z.uuid(),
  title: z.string(),
  severity: Severity,
  status: Status.meta({ description: "As the vendor holds it, when it was last read." }),
  pendingStatus: TargetStatus.nullable().meta({
    description: "A status that was asked for and isn't confirmed yet.",
  }),
  syncState: z.enum(["idle", "held", "sending", "confirmed", "diverged", "failed"]),
  resourceName: z.string(),
  resourceType: z.string(),
  configurationId: z.uuid(),
  configurationName: z.string(),
  vendor: z.string().meta({ description: "Which product raised it, by its id." }),
  provider: z.string(),
  tactics: z.array(z.string()),
  isSample: z.boolean(),
  isIncident: z.boolean(),
  acknowledgedBy: z.string().nullable(),
  acknowledgedAt: Moment.nullable(),
  occurredAt: Moment,
  receivedAt: Moment,
  changeSequence: count.meta({
    description: "The number of its last change; of two copies the one with the higher is the newer.",
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
        severity: z.partialRecord(Severity, count),
        status: z.partialRecord(Status, count),
        configuration: z.record(z.string(), count),
      })
      .meta({ description: "Of everything in the organisation but samples, whatever the filters are." }),
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
  remarks: z.array(z.string()).meta({ description: "What of the alert had to be bent to fit." }),
  startedAt: Moment.nullable(),
  endedAt: Moment.nullable(),
  generatedAt: Moment.nullable(),
  vendorUrl: z.string().nullable().meta({ description: "The vendor's own page for the alert." }),
  lastNote: z.object({ text: z.string(), by: z.string(), at: Moment }).nullable().meta({
    description: "The last note on another alert of the same type and resource.",
  }),
  stateMessage: z.string().nullable().meta({ description: "Why the last change diverged or failed." }),
  writeProblem: z.string().nullable().meta({ description: "Why a change would not take effect." }),
  changesBlocked: z.string().nullable().meta({ description: "Why the caller can't change its status now." }),
  unconfirmedSince: Moment.nullable().meta({
    description: "Shown as the vendor last let the caller see it; since then it couldn't be asked.",
  }),
  canTriage: z.boolean(),
  noteRequired: z.array(TargetStatus).meta({ description: "Statuses that need a note." }),
  timeline: z.array(ApiTimelineEntry).meta({ description: "Newest first, 500 at most." }),
  raw: z.string().meta({ description: "The alert as received, as indented JSON text." }),
}).meta({ id: "ApiDetection" });
export type ApiDetection = z.output<typeof ApiDetection>;

export const ApiAcknowledged = z
  .object({
    id: z.uuid(),
    outcome: z.enum(["acknowledged", "already"]),
    by: z.string().nullable().meta({ description: "Who has it." }),
  })
  .meta({ id: "ApiAcknowledged" });

export const ApiStatusHeld = z
  .object({
    id: z.uuid(),
    outcome: z.literal("held"),
    changeId: z.uuid(),
    undoMs: count.meta({ description: "For how long it is held before it is sent, in milliseconds." }),
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

const note = z
  .string()
  .trim()
  .max(noteLengthMax)
  .optional()
  .meta({ description: "Why; some statuses need one. It stays in PocketSOC." });
const expected = Status.meta({ description: "The status you saw: refused when it is another by now." });

export const ApiStatusBody = z
  .strictObject({ to: TargetStatus, expected, note })
  .meta({ id: "ApiStatusBody" });

export const ApiBulkStatusBody = z
  .strictObject({
    items: z
      .array(z.strictObject({ id: z.uuid(), expected }))
      .min(1)
      .max(bulkMax),
    to: TargetStatus,
    note,
  })
  .meta({ id: "ApiBulkStatusBody" });

const list = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .string()
    .max(4_000)
    .transform((text) => text.split(",").filter(Boolean))
    .pipe(z.array(item).max(60))
    .default([]);

/** The feed's filters, but strict: a program that misspells one must hear of it. */
export const ApiFeedQuery = z.strictObject({
  severity: list(Severity).meta({ description: "Any of these, comma separated." }),
  status: list(Status).meta({ description: "Any of these, comma separated." }),
  configuration: list(z.uuid()).meta({ description: "Ids of configurations, comma separated." }),
  range: z.enum(timeRanges).default("30d").meta({ description: "How far back, by the time of the alert." }),
  q: z
    .string()
    .overwrite((text) => text.replaceAll("\u0000", "").trim().toWellFormed())
    .max(200)
    .default("")
    .meta({ description: "Text to search for, as in the portal's list." }),
  cursor: FeedCursorText.optional().meta({ description: "`nextCursor` of the page before." }),
});

/** A change number, as streams write it. */
export const ChangeNumber = z.string().regex(/^\d{1,15}$/);

export const ApiStreamQuery = z.strictObject({
  after: ChangeNumber.optional().meta({
    description:
      "Begin after this `id`; a `Last-Event-ID` header goes before it. Without either it begins with what changes from now on.",
  }),
});

export const ApiStreamText = z.string().meta({
  id: "ApiStreamText",
  description: "Lines of `event`, `id` and `data` (JSON in one line), with an empty line after each event.",
});
