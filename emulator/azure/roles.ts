export type RoleName =
  | "SecurityReader"
  | "SecurityAdmin"
  | "Reader"
  | "Contributor"
  | "CustomWithoutInProgress"
  | "SampleAlerts";
type Permission = {
  actions: string[];
  notActions: string[];
  dataActions: string[];
  notDataActions: string[];
};

const entry = (actions: string[], notActions: string[] = []): Permission => ({
  actions,
  notActions,
  dataActions: [],
  notDataActions: [],
});

/** Each role's permissions on alerts. For built-in roles they are the same as Azure's. */
export const rolePermissions: Record<RoleName, Permission> = {
  SecurityReader: entry([
    "Microsoft.Authorization/*/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Security/*/read",
  ]),
  SecurityAdmin: entry([
    "Microsoft.Authorization/*/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Security/*",
  ]),
  Reader: entry(["*/read"]),
  Contributor: entry(["*"], ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"]),
  CustomWithoutInProgress: entry([
    "Microsoft.Security/*/read",
    "Microsoft.Security/locations/alerts/dismiss/action",
    "Microsoft.Security/locations/alerts/resolve/action",
    "Microsoft.Security/locations/alerts/activate/action",
  ]),
  SampleAlerts: entry(["Microsoft.Security/locations/alerts/simulate/action"]),
};

/** The roles that may create samples. Microsoft's documentation names Contributor, so we don't include Security Admin. */
export const sampleRoles: RoleName[] = ["Contributor", "SampleAlerts"];

const pattern = (text: string) =>
  new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
      .join(".*")}$`,
    "i",
  );

/** Whether one of the roles allows the action. A role's `notActions` don't limit other roles. */
export function isAllowed(roles: RoleName[], action: string): boolean {
  return roles.some((role) => {
    const { actions, notActions } = rolePermissions[role];
    return (
      actions.some((granted) => pattern(granted).test(action)) &&
      !notActions.some((excluded) => pattern(excluded).test(action))
    );
  });
}
