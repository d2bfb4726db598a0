import type { Box } from "./box.ts";
import type { DetectionOrder, DetectionQuery } from "./detection-query.ts";
import type { Status } from "./status.ts";
import type { Severity } from "./severity.ts";

/** The views of the list of detections. */
export const views = ["triage", "mine", "owned", "closed", "all", "not_saved", "backlog", "samples"] as const;
export type View = (typeof views)[number];

export const viewLabel: Record<View, string> = {
  triage: "Needs triage",
  mine: "Mine",
  owned: "Owned",
  closed: "Closed",
  all: "All",
  not_saved: "Not saved",
  backlog: "Backlog",
  samples: "Samples",
};

/** What decides in which views a detection is. */
export type Viewed = {
  box: Box;
  ownerId: string | null;
  syncState: string;
  severity: Severity;
  status: Status;
};

const viewed: Record<View, { query: (readerId: string | null) => DetectionQuery; order: DetectionOrder }> = {
  triage: { query: () => ({ field: "box", in: ["triage"] }), order: "severity" },
  mine: {
    query: (readerId) => ({
      all: [
        { field: "owner", in: readerId ? [readerId] : [] },
        { field: "box", in: ["owned"] },
      ],
    }),
    order: "severity",
  },
  owned: { query: () => ({ field: "box", in: ["owned"] }), order: "severity" },
  closed: { query: () => ({ field: "box", in: ["closed"] }), order: "newest" },
  all: { query: () => ({ all: [] }), order: "newest" },
  not_saved: { query: () => ({ field: "not_saved" }), order: "severity" },
  backlog: { query: () => ({ field: "box", in: ["backlog"] }), order: "severity" },
  samples: { query: () => ({ field: "box", in: ["sample"] }), order: "newest" },
};

/** Returns the query of a view. `readerId` is the id of the person who looks; null for a program. */
export const queryOfView = (view: View, readerId: string | null): DetectionQuery =>
  viewed[view].query(readerId);

/** Returns the order of a list: a view's own order, or newest first if the list is searched for a text. */
export const orderOf = ({ view, q }: { view: View; q: string }): DetectionOrder =>
  q ? "newest" : viewed[view].order;

/** Whether a detection is in a view. Agrees with `queryOfView`. */
export function isInView(view: View, detection: Viewed, readerId: string | null): boolean {
  return matches(queryOfView(view, readerId), detection);
}

/** Evaluates the conditions that views consist of. Throws Error for any other. */
function matches(query: DetectionQuery, detection: Viewed): boolean {
  if ("all" in query) return query.all.every((child) => matches(child, detection));
  if ("any" in query) return query.any.some((child) => matches(child, detection));
  if ("not" in query) return !matches(query.not, detection);
  switch (query.field) {
    case "box":
      return query.in.includes(detection.box);
    case "owner":
      return query.in.includes(detection.ownerId);
    case "severity":
      return query.in.includes(detection.severity);
    case "status":
      return query.in.includes(detection.status);
    case "not_saved":
      return detection.syncState === "failed" || detection.syncState === "diverged";
    default:
      throw new Error(`a browser can't decide about ${query.field}`);
  }
}
