import type { X509Certificate } from "node:crypto";

/**
 * The tenant id of the company that uses the portal. The emulator's README lists the company's people and their
 * permissions.
 */
export const contoso = "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b";
/** The tenant id of another company. */
export const fabrikam = "9c8b7a6d-5e4f-4321-8fed-cba987654321";

export const subscriptions = {
  production: "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01",
  development: "22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02",
  shared: "33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03",
  sandbox: "44c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e04",
  withoutRole: "55c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e05",
  unregistered: "66c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e06",
  fabrikam: "77c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e07",
};

export const allPlans = [
  "VirtualMachines",
  "StorageAccounts",
  "SqlServers",
  "KeyVaults",
  "Containers",
  "AppServices",
  "Arm",
  "Dns",
];

export type Subscription = {
  id: string;
  tenantId: string;
  name: string;
  /** whether the subscription is registered with the resource provider Microsoft.Security */
  registered: boolean;
  plans: string[];
};
type Secret = { value: string; expired: boolean /** ISO 8601 in UTC */; endsAt?: string };
/** A registered redirect URI. A client with platform `web` must send a secret; one with `mobile` must not. */
export type Redirect = { uri: string; platform: "web" | "mobile" | "spa" };
export type Application = {
  clientId: string;
  tenantId: string;
  objectId: string;
  name: string;
  redirects: Redirect[];
  secrets: Secret[];
  certificates: X509Certificate[];
};
export type Account = {
  objectId: string;
  tenantId: string;
  name: string;
  signInName: string;
  disabled?: boolean;
  /** true if the person isn't assigned to any application */
  unassigned?: boolean;
  /** refresh tokens issued before this time are refused; in milliseconds of `performance.now()` */
  revokedAt?: number;
};

export const portalApp = {
  clientId: "5b0c6f2a-6d1e-4c7a-9a3b-2f4e6d8c0a11",
  secret: "Psp8Q~demo-portal-sign-in-secret-000000001",
};
export const apiApp = {
  clientId: "1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5",
  secret: "Q_e8Q~demo-secret-value-for-pocketsoc-0001",
  secondSecret: "R7x8Q~demo-secret-value-for-pocketsoc-0002",
  expiredSecret: "Old8Q~demo-expired-secret-pocketsoc-00003",
};
export const readerApp = {
  clientId: "2e3f4051-6b7c-4d8e-9fa0-b1c2d3e4f506",
  secret: "Rdr8Q~demo-reader-secret-pocketsoc-000004",
};
export const fabrikamApp = {
  clientId: "3f405162-7c8d-4e9f-8ab1-c2d3e4f50617",
  secret: "Fab8Q~demo-fabrikam-secret-pocketsoc-0005",
};

const valid = (...values: string[]): Secret[] => values.map((value) => ({ value, expired: false }));

/** Returns the directory's initial applications. `portalUrls` are the addresses of the portals that sign people in. */
export function seedApplications(portalUrls: string[]): Application[] {
  const application = (
    clientId: string,
    tenantId: string,
    objectId: string,
    name: string,
    secrets: Secret[],
  ): Application => ({
    clientId,
    tenantId,
    objectId,
    name,
    redirects: [],
    secrets,
    certificates: [],
  });
  return [
    {
      ...application(
        portalApp.clientId,
        contoso,
        "a1000000-0000-4000-8000-000000000001",
        "PocketSOC sign-in",
        valid(portalApp.secret),
      ),
      redirects: portalUrls.map((url) => ({ uri: `${url}/api/auth/callback/azure-ad`, platform: "web" })),
    },
    {
      ...application(apiApp.clientId, contoso, "a1000000-0000-4000-8000-000000000002", "PocketSOC", [
        ...valid(apiApp.secret, apiApp.secondSecret),
        { value: apiApp.expiredSecret, expired: true },
      ]),
      redirects: ["pocketsoc://auth", ...portalUrls.map((url) => `${url}/api/azure/callback`)].map((uri) => ({
        uri,
        platform: "mobile",
      })),
    },
    application(
      readerApp.clientId,
      contoso,
      "a1000000-0000-4000-8000-000000000003",
      "PocketSOC Reader",
      valid(readerApp.secret),
    ),
    application(
      fabrikamApp.clientId,
      fabrikam,
      "a1000000-0000-4000-8000-000000000004",
      "PocketSOC",
      valid(fabrikamApp.secret),
    ),
  ];
}

const person = (index: number, tenantId: string, name: string, signInName: string): Account => ({
  objectId: `b2000000-0000-4000-8000-00000000000${index}`,
  tenantId,
  name,
  signInName,
});

export const accounts: Account[] = [
  person(1, contoso, "Ana Admin", "admin@contoso.example"),
  person(2, contoso, "Ben Analyst", "analyst@contoso.example"),
  person(3, contoso, "Vera Viewer", "viewer@contoso.example"),
  person(4, contoso, "Nils Newcomer", "newcomer@contoso.example"),
  person(5, fabrikam, "Fay Fabrikam", "admin@fabrikam.example"),
  person(6, contoso, "Rita Reader", "reader@contoso.example"),
  person(7, contoso, "Otto Outsider", "outsider@contoso.example"),
];

/**
 * Returns the AADSTS number with which the account's sign-in is refused, or null. `issuedAt` is when the sign-in's refresh
 * token was issued, in milliseconds of `performance.now()`; without `issuedAt`, the sign-in uses no refresh token.
 */
export function signInErrorOf(account: Account, issuedAt = Infinity): number | null {
  if (account.disabled) return 50057;
  if (account.unassigned) return 50105;
  return issuedAt < (account.revokedAt ?? 0) ? 50173 : null;
}

/** Returns the initial subscriptions. */
export function seedSubscriptions(): Subscription[] {
  const subscription = (
    id: string,
    name: string,
    plans = allPlans,
    registered = true,
    tenantId = contoso,
  ): Subscription => ({ id, name, plans, registered, tenantId });
  return [
    subscription(subscriptions.production, "Contoso Production"),
    subscription(subscriptions.development, "Contoso Development"),
    subscription(subscriptions.shared, "Contoso Shared Services"),
    subscription(subscriptions.sandbox, "Contoso Sandbox", []),
    subscription(subscriptions.withoutRole, "Contoso Locked"),
    subscription(subscriptions.unregistered, "Contoso New", [], false),
    subscription(subscriptions.fabrikam, "Fabrikam", allPlans, true, fabrikam),
  ];
}
