import type { Json } from "./detection.ts";

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
  "taken_over",
  "released",
  "owner_undone",
  "owner_lost",
  "owner_silent",
  "owner_kept",
  "offered",
  "passed",
  "commented",
  "referenced",
  "judged",
  "status_requested",
  "status_undone",
  "status_confirmed",
  "status_diverged",
  "status_failed",
  "change_given_up",
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

/**
 * Returns whether the person named `name` caused an event: by an action in the portal, or as the outcome of a status that they
 * asked for. Events hold names, not ids, so an action of a namesake counts too; what a script does with the person's token
 * doesn't.
 */
export function isOwnEvent(
  { source, actor, detail }: { source: string; actor: string; detail: { [key: string]: Json } },
  name: string,
): boolean {
  return source === "portal" ? actor === name : detail.askedBy === name;
}
