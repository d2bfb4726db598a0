import type { Permission } from "./roles.ts";

export const scopes = ["read", "triage", "export"] as const;
export type Scope = (typeof scopes)[number];

export const scopeLabel: Record<Scope, string> = { read: "Read", triage: "Triage", export: "Export" };
export const scopeMeaning: Record<Scope, string> = {
  read: "See configurations and detections, and ask for a sync",
  triage: "Acknowledge detections and change their status; reading is included",
  export: "Download detections as a file; reading is included",
};

const granted: Record<Scope, readonly Permission[]> = {
  read: ["detections.read"],
  triage: ["detections.read", "detections.triage"],
  export: ["detections.read", "detections.export"],
};

/** For each scope, the permission that a person needs to create an API token with the scope. */
export const requiredPermission: Record<Scope, Permission> = {
  read: "detections.read",
  triage: "detections.triage",
  export: "detections.export",
};

/** Returns the permissions of an API token with these scopes. The role of the token's owner may allow less. */
export function permissionsOf(tokenScopes: readonly Scope[]): Permission[] {
  return [...new Set(tokenScopes.flatMap((scope) => granted[scope]))];
}

/** the lifetimes of an API token that the page offers, in days */
export const expiryChoices = [7, 30, 90, 365] as const;
export const expiresInDaysMax = 365;
/** the maximum number of live API tokens of one person in one organisation */
export const liveTokensMax = 25;
export const tokenNameLengthMax = 80;
