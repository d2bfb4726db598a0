import { eq } from "drizzle-orm";
import { type Rules, defaultPolicy } from "#lib/domain/notification.ts";
import type { Transaction } from "../../client.ts";
import { notificationPolicies } from "../../schema/index.ts";

/** What the organisation decided for everyone, or the usual. */
export async function getPolicy(tx: Transaction, organisationId: string): Promise<Rules> {
  const rows = await tx
    .select({
      freshMinutes: notificationPolicies.freshMinutes,
      escalateMinutes: notificationPolicies.escalateMinutes,
      isPrivate: notificationPolicies.isPrivate,
    })
    .from(notificationPolicies)
    .where(eq(notificationPolicies.organisationId, organisationId))
    .prepare("get_rules")
    .execute();
  return rows[0] ?? defaultPolicy;
}

/** Puts the organisation's rules in the place of the ones before. */
export async function putPolicy(tx: Transaction, organisationId: string, rules: Rules): Promise<void> {
  await tx
    .insert(notificationPolicies)
    .values({ organisationId, ...rules })
    .onConflictDoUpdate({ target: notificationPolicies.organisationId, set: rules });
}
