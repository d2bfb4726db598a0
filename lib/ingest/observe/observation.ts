import type { Read } from "#db/queries/ingest/read-tickets.ts";
import type { DetectionField, Json, NormalisedDetection } from "#lib/domain/detection.ts";

/** How an observation arrived. */
type From =
  | { how: "poll"; read: Read }
  /**
   * `receivedAt` is when the receiver stored the delivery. `isReplay`: the delivery was merged before, or waited for a
   * configuration. `order` comes from `webhookOrder`; `ticket` is the read ticket taken before the batch was stored
   */
  | { how: "webhook"; receivedAt: Date; isReplay: boolean; order: string; ticket: number };

/** One alert as a poll or the webhook brought it, normalised and ready to be stored. */
export type Observation = {
  identity: Buffer;
  contentHash: Buffer;
  /** the alert's text as received, gzipped */
  raw: Buffer;
  detection: NormalisedDetection;
  /** the fields of `detection` of which the alert says nothing */
  leftOut: readonly DetectionField[];
  /** the alert's ref; null if the observation doesn't contain one */
  ref: Json | null;
  from: From;
};

/** The result of storing an observation. */
export type Stored = { detectionId: string; outcome: "added" | "changed" | "same" };
