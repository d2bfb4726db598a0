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

/** What each built-in role lists in Azure, as far as alerts are concerned. */
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

/** Microsoft's documentation asks for Contributor; that Security Admin's wildcard isn't enough is our reading. */
export const sampleRoles: RoleName[] = ["Contributor", "SampleAlerts"];

const pattern = (text: string) =>
  new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
      .join(".*")}$`,
    "i",
  );

/** Whether any one assignment grants the action and does not take it away itself. */
export function isAllowed(roles: RoleName[], action: string): boolean {
  return roles.some((role) => {
    const { actions, notActions } = rolePermissions[role];
    return (
      actions.some((one) => pattern(one).test(action)) && !notActions.some((one) => pattern(one).test(action))
    );
  });
}
