import { z } from "zod";
import type { ConfigurationAccess } from "#lib/core/access.ts";
import type { Words } from "#lib/domain/vendor-words.ts";

/**
 * Returns a sentence that says why the vendor will probably refuse a status change. Returns null if no reason is known.
 */
export function writeProblemOf(
  { configuration, account, writeBlock }: ConfigurationAccess,
  words: Words,
): string | null {
  if (configuration.disabledAt)
    return `This configuration is disabled, so nothing is sent to ${words.provider}.`;
  if (writeBlock) return null;
  const personal = configuration.writeAs === "person";
  const permissions = WritePermissions.safeParse(personal ? account?.facts : configuration.facts);
  if (!permissions.success || Object.values(permissions.data.rights).some((right) => right !== "no"))
    return null;
  const asOf = permissions.data.rightsAsOf.slice(0, 16).replace("T", " ");
  const who = personal ? `Your ${words.account}` : "The application";
  return `${who} could only read alerts when it was last checked (${asOf} UTC): ${words.provider} will refuse the change until it has ${words.writeRole} on the ${words.scope}.`;
}

const WritePermissions = z.object({ rights: z.record(z.string(), z.string()), rightsAsOf: z.string() });
