import { eq } from "drizzle-orm";
import { type Rules, usualRules } from "#lib/domain/notification.ts";
import type { Transaction } from "../client.ts";
import { notificationRules } from "../schema/index.ts";

/** What the organisation decided for everyone, or the usual. */
export async function getRules(tx: Transaction, organisationId: string): Promise<Rules> {
  const rows = await tx
    .select({
      ringMinutes: notificationRules.ringMinutes,
      escalateMinutes: notificationRules.escalateMinutes,
      isPrivate: notificationRules.isPrivate,
    })
    .from(notificationRules)
    .where(eq(notificationRules.organisationId, organisationId))
    .prepare("get_rules")
    .execute();
  return rows[0] ?? usualRules;
}

/** Puts the organisation's rules in the place of the ones before. */
export async function putRules(tx: Transaction, organisationId: string, rules: Rules): Promise<void> {
  await tx
    .insert(notificationRules)
    .values({ organisationId, ...rules })
    .onConflictDoUpdate({ target: notificationRules.organisationId, set: rules });
}
