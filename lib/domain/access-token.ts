import type { Permission } from "./roles.ts";

export const scopes = ["read", "triage"] as const;
export type Scope = (typeof scopes)[number];

export const scopeLabel: Record<Scope, string> = { read: "Read", triage: "Triage" };
export const scopeMeaning: Record<Scope, string> = {
  read: "See configurations and detections, and ask for a sync",
  triage: "Acknowledge detections and change their status; reading is included",
};

const granted: Record<Scope, readonly Permission[]> = {
  read: ["detections.read"],
  triage: ["detections.read", "detections.triage"],
};

/** What a scope needs of the role of the person who makes the token. */
export const neededBy: Record<Scope, Permission> = { read: "detections.read", triage: "detections.triage" };

/** The permissions that a token's scopes carry; its person's role may allow less. */
export function permissionsOf(held: readonly Scope[]): Permission[] {
  return [...new Set(held.flatMap((scope) => granted[scope]))];
}

/** days that the page offers; any whole number from 1 to `expiresInDaysMax` is taken */
export const expiryChoices = [7, 30, 90, 365] as const;
export const expiresInDaysMax = 365;
/** tokens of one person in one organisation that may live at once */
export const liveTokensMax = 25;
export const tokenNameLengthMax = 80;
