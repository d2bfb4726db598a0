import { deleteOldApiTokens } from "#db/queries/identity/api-tokens.ts";
import { deleteOldSessions } from "#db/queries/identity/sessions.ts";
import { ago, type CleanUp } from "#lib/core/clean-up.ts";

const keptMs = 30 * 86_400_000;

/** Deletes sessions, one-time links and API tokens 30 days after they ended. */
export const identityCleanUp: CleanUp = {
  installation: async (services) => {
    const before = ago(services, keptMs);
    return {
      sessions:
        (await deleteOldSessions(services.db, before)) + (await deleteOldApiTokens(services.db, before)),
    };
  },
};
