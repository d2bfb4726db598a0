import type { Box } from "./box.ts";
import type { Severity } from "./severity.ts";
import type { Status } from "./status.ts";

/**
 * A query of detections: a closed tree of conditions. The database function `find_detections` knows exactly these nodes, and
 * refuses any other. `owner` and `offered` null stand for nobody. `from` is inclusive, `until` isn't; both are times in ISO 8601.
 */
export type DetectionQuery =
  | { all: DetectionQuery[] }
  | { any: DetectionQuery[] }
  | { not: DetectionQuery }
  | { field: "severity"; in: Severity[] }
  | { field: "status"; in: Status[] }
  | { field: "box"; in: Box[] }
  | { field: "configuration"; in: string[] }
  | { field: "id"; in: string[] }
  | { field: "owner"; in: (string | null)[] }
  | { field: "offered"; in: (string | null)[] }
  | { field: "occurred"; from?: string; until?: string }
  | { field: "text"; has: string }
  /** what the reference begins with, in either case */
  | { field: "reference"; has: string }
  /** a change that the vendor refused, or answered with another status */
  | { field: "not_saved" };

/** The orders of a list of detections. Both end with the newest first. */
export type DetectionOrder = "newest" | "severity";
