import { z } from "zod";

/** The permissions from one role assignment: an entry of Azure's list at Microsoft.Authorization/permissions. */
export const PermissionEntry = z.object({
  actions: z.array(z.string()).catch([]).default([]),
  notActions: z.array(z.string()).catch([]).default([]),
});
export type PermissionEntry = z.infer<typeof PermissionEntry>;

const matches = (pattern: string, action: string) => {
  const parts = pattern.toLowerCase().split("*");
  const wanted = action.toLowerCase();
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return wanted === first;
  if (!wanted.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    if (index === rest.length - 1) return wanted.length - part.length >= at && wanted.endsWith(part);
    const found = wanted.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
};

/**
 * Whether the entries allow an action: at least one entry includes the action in `actions` and doesn't exclude it in
 * `notActions`. Role assignments add up in Azure, so one entry's `notActions` never limit another entry.
 */
function allows(entries: readonly PermissionEntry[], action: string): boolean {
  return entries.some(
    ({ actions, notActions }) =>
      actions.some((pattern) => matches(pattern, action)) &&
      !notActions.some((pattern) => matches(pattern, action)),
  );
}

type Right = "yes" | "no" | "probably";
type Rights = Record<"dismiss" | "resolve" | "activate" | "inProgress", Right>;

/**
 * Returns the status changes that the permissions allow. Custom roles reportedly can't contain `…/inProgress/action`. If
 * only that action is missing, the result is "probably", and only the first write shows whether Azure allows it.
 */
export function effectivePermissions(entries: readonly PermissionEntry[]): Rights {
  const may = (verb: string): Right =>
    allows(entries, `Microsoft.Security/locations/alerts/${verb}/action`) ? "yes" : "no";
  const rights: Rights = {
    dismiss: may("dismiss"),
    resolve: may("resolve"),
    activate: may("activate"),
    inProgress: may("inProgress"),
  };
  if (rights.inProgress === "no" && rights.dismiss === "yes") rights.inProgress = "probably";
  return rights;
}
