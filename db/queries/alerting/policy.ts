import { eq } from "drizzle-orm";
import { type NotificationPolicy, defaultPolicy } from "#lib/domain/notification-policy.ts";
import type { Transaction } from "../../client.ts";
import { notificationPolicies } from "../../schema/index.ts";

/** Returns the organisation's notification policy, or the default policy if none is saved. */
export async function getPolicy(tx: Transaction, organisationId: string): Promise<NotificationPolicy> {
  const rows = await tx
    .select({
      freshMinutes: notificationPolicies.freshMinutes,
      escalateMinutes: notificationPolicies.escalateMinutes,
      silentMinutes: notificationPolicies.silentMinutes,
      isPrivate: notificationPolicies.isPrivate,
    })
    .from(notificationPolicies)
    .where(eq(notificationPolicies.organisationId, organisationId))
    .prepare("get_policy")
    .execute();
  return rows[0] ?? defaultPolicy;
}

/** Replaces the organisation's notification policy. */
export async function putPolicy(
  tx: Transaction,
  organisationId: string,
  policy: NotificationPolicy,
): Promise<void> {
  await tx
    .insert(notificationPolicies)
    .values({ organisationId, ...policy })
    .onConflictDoUpdate({ target: notificationPolicies.organisationId, set: policy });
}
