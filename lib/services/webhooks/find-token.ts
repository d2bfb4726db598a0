import { sql } from "drizzle-orm";
import { hkdfSync, createHmac } from "node:crypto";
import type { Services } from "../context.ts";

/** TEMPORARY: until the tokens' own module is merged. */
export async function findWebhookToken(
  services: Services,
  text: string,
): Promise<{ tokenId: string; organisationId: string; webhook: string } | { tokenId: string | null }> {
  const [key] = services.keyring;
  if (!key) throw new Error("the keyring is empty");
  const mac = Buffer.from(hkdfSync("sha256", key.key, "", "webhook-token", 32));
  const hash = createHmac("sha256", mac).update(text.slice(0, 256)).digest();
  const rows = await services.db.execute<{ id: string; organisation_id: string; webhook: string }>(
    sql`select id, organisation_id, webhook from webhook_tokens where token_hash = ${hash}`,
  );
  const [row] = rows;
  return row
    ? { tokenId: row.id, organisationId: row.organisation_id, webhook: row.webhook }
    : { tokenId: null };
}
