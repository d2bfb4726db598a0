/** The kinds of events of a detection's timeline. */
export const timelineKinds = [
  "received",
  "seen",
  "unconfirmed",
  "nobody_notified",
  "admins_notified",
  "everyone_notified",
  "admins_notified_again",
  "acknowledged",
  "status_requested",
  "status_undone",
  "status_confirmed",
  "status_diverged",
  "status_failed",
  "status_changed",
  "field_changed",
] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/** The fields of an alert whose changes appear in the timeline. */
export const toldFields = [
  "title",
  "severity",
  "status",
  "description",
  "compromisedEntity",
  "endedAt",
  "tactics",
  "techniques",
  "resources",
  "entities",
  "extendedProperties",
  "remediationSteps",
] as const;
export type ToldField = (typeof toldFields)[number];

export const toldFieldLabel: Record<ToldField, string> = {
  title: "Title",
  severity: "Severity",
  status: "Status",
  description: "Description",
  compromisedEntity: "Compromised entity",
  endedAt: "Activity ended",
  tactics: "Tactics",
  techniques: "Techniques",
  resources: "Affected resources",
  entities: "Entities",
  extendedProperties: "Extended properties",
  remediationSteps: "Remediation steps",
};
