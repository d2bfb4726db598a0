export const roles = ["admin", "analyst", "viewer"] as const;
export type Role = (typeof roles)[number];

export const roleLabel: Record<Role, string> = { admin: "Admin", analyst: "Analyst", viewer: "Viewer" };
export const roleMeaning: Record<Role, string> = {
  admin: "Everything, Settings included",
  analyst: "See and triage detections",
  viewer: "See detections",
};

/** What a person may do; services ask for these, never for a role's name. */
export const permissions = ["detections.read", "detections.triage", "settings.manage"] as const;
export type Permission = (typeof permissions)[number];

const granted: Record<Role, readonly Permission[]> = {
  admin: ["detections.read", "detections.triage", "settings.manage"],
  analyst: ["detections.read", "detections.triage"],
  viewer: ["detections.read"],
};

/** Whether a role carries a permission. */
export function roleAllows(role: Role, permission: Permission): boolean {
  return granted[role].includes(permission);
}
