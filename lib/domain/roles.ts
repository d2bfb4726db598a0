export const roles = ["admin", "analyst", "viewer"] as const;
export type Role = (typeof roles)[number];

export const roleLabel: Record<Role, string> = { admin: "Admin", analyst: "Analyst", viewer: "Viewer" };
export const roleMeaning: Record<Role, string> = {
  admin: "Everything, Settings included",
  analyst: "See and triage detections",
  viewer: "See detections",
};

/** What a person may do. A verb checks a permission, never the name of a role. */
export type Permission =
  | "detections.read"
  | "detections.triage"
  /** to take many detections out of the portal, in a file */
  | "detections.export"
  /** to manage one's own devices, preferences, accounts and API tokens */
  | "settings.own"
  /** to manage the organisation's configurations, people and notification policy */
  | "settings.manage";

const granted: Record<Role, readonly Permission[]> = {
  admin: ["detections.read", "detections.triage", "detections.export", "settings.own", "settings.manage"],
  analyst: ["detections.read", "detections.triage", "detections.export", "settings.own"],
  viewer: ["detections.read", "settings.own"],
};

/** Whether a role has a permission. */
export function roleAllows(role: Role, permission: Permission): boolean {
  return granted[role].includes(permission);
}
