import type { Scope } from "./access-token.ts";
import type { AuditAction } from "./audit.ts";
import type { Permission } from "./roles.ts";

type TriageVerb = {
  /** what the person's role must allow */
  permission: Permission;
  /** whether a phone whose session is good for alerts only may do it */
  isForAlertsOnly: boolean;
  /** the scope that an API token needs; null if the API doesn't have the verb */
  scope: Scope | null;
  /** the entry of the audit log */
  audit: AuditAction;
  /** who is notified at once; what it does to an escalation is decided elsewhere */
  notifies: "nobody" | "people on shift";
};

const decision = { permission: "detections.triage", isForAlertsOnly: true, scope: "triage" } as const;

/**
 * What people do with detections, and what each verb needs. Without a connection every one of them is refused at once, keeps what
 * was typed and queues nothing.
 */
export const triageVerbs = {
  acknowledge: { ...decision, audit: "detection.acknowledged", notifies: "nobody" },
  takeOver: { ...decision, audit: "detection.taken_over", notifies: "nobody" },
  release: { ...decision, audit: "detection.released", notifies: "nobody" },
  setStatus: { ...decision, audit: "detection.status_requested", notifies: "nobody" },
  judge: { ...decision, audit: "detection.judged", notifies: "nobody" },
  undoStatus: { ...decision, audit: "detection.status_undone", notifies: "nobody" },
  undoOwner: { ...decision, audit: "detection.owner_undone", notifies: "nobody" },
  undoVerdict: { ...decision, audit: "detection.verdict_undone", notifies: "nobody" },
  comment: { ...decision, audit: "detection.commented", notifies: "nobody" },
  undoComment: { ...decision, audit: "detection.comment_undone", notifies: "nobody" },
  reference: { ...decision, audit: "detection.referenced", notifies: "nobody" },
  export: {
    permission: "detections.export",
    isForAlertsOnly: false,
    scope: "export",
    audit: "detections.exported",
    notifies: "nobody",
  },
  giveUp: { ...decision, scope: null, audit: "detection.change_given_up", notifies: "nobody" },
} as const satisfies Record<string, TriageVerb>;
