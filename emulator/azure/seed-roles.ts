import { accounts, apiApp, fabrikamApp, readerApp, subscriptions } from "./directory.ts";
import type { RoleName } from "./roles.ts";

/** Returns the initial role assignments. `principal` is an application's client id or a person's object id. */
export function seedRoles(): { principal: string; subscriptionId: string; roles: RoleName[] }[] {
  const { production, development, shared, sandbox, unregistered } = subscriptions;
  const assign = (principal: string, role: RoleName, ids: string[], sampleIds: string[] = []) =>
    ids.map((subscriptionId) => ({
      principal,
      subscriptionId,
      roles: sampleIds.includes(subscriptionId) ? [role, "SampleAlerts" as const] : [role],
    }));
  const objectIdOf = (name: string) =>
    accounts.find(({ signInName }) => signInName === `${name}@contoso.example`)?.objectId ?? "";
  return [
    // samples can be made in one subscription; in the others that is refused
    ...assign(
      apiApp.clientId,
      "SecurityAdmin",
      [production, development, shared, sandbox, unregistered],
      [production],
    ),
    ...assign(objectIdOf("admin"), "SecurityAdmin", [production, development, shared, sandbox], [production]),
    ...assign(objectIdOf("analyst"), "SecurityAdmin", [production, development]),
    ...assign(objectIdOf("viewer"), "SecurityReader", [production]),
    ...assign(objectIdOf("reader"), "SecurityReader", [production, development]),
    ...assign(readerApp.clientId, "SecurityReader", [production]),
    ...assign(fabrikamApp.clientId, "SecurityAdmin", [subscriptions.fabrikam]),
  ];
}
