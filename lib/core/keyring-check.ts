import { inOrganisation } from "#db/client.ts";
import { listOrganisationIds } from "#db/queries/identity/organisations.ts";
import { countDataKeys } from "./sealing.ts";
import type { Services } from "./context.ts";

/** A sentence that forbids the start, and a sentence for the log. At most one of them is set. */
type KeyringCheck = { problem?: string; note?: string };

/**
 * Tries the keyring on every organisation's data keys. All of them stay closed if POCKETSOC_ENCRYPTION_KEYS was replaced, or
 * if the database was restored beside other keys; genuine webhook deliveries would then be refused.
 */
export async function checkKeyring(services: Services): Promise<KeyringCheck> {
  const total = { opened: 0, unopened: 0 };
  for (const organisationId of await listOrganisationIds(services.db)) {
    const counted = await inOrganisation(services.db, organisationId, (tx) =>
      countDataKeys(services, tx, organisationId),
    );
    total.opened += counted.opened;
    total.unopened += counted.unopened;
  }
  const { opened, unopened } = total;
  if (unopened === 0) return {};
  const all = opened + unopened;
  if (opened === 0)
    return {
      problem: `POCKETSOC_ENCRYPTION_KEYS opens none of the database's ${all} data key${all === 1 ? "" : "s"}, so no stored secret could be used and every webhook delivery would be refused. Put back the key that was set when the database was last used; an id alone isn't enough.`,
    };
  return {
    note: `POCKETSOC_ENCRYPTION_KEYS doesn't open ${unopened} of the database's ${all} data keys. What they sealed can't be read until the earlier key is put back.`,
  };
}
