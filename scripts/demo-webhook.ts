import { listOrganisationIds } from "#db/queries/identity/organisations.ts";
import { readEnv } from "#lib/platform/env.ts";
import { openServices } from "#lib/core/open.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { showWebhookUrl } from "#lib/ingest/webhook-urls/change-token.ts";
import { getWebhookUrls } from "#lib/ingest/webhook-urls/get-urls.ts";

/** Returns the webhook URL of the demo's organisation, as an admin would copy it. Throws an Error if there is none. */
export async function demoWebhookUrl(settings: Record<string, string>): Promise<string> {
  const read = readEnv(settings);
  if (!read.ok) throw new Error(`the demo's settings: ${read.problems.map(({ name }) => name).join(", ")}`);
  const { services, handle } = openServices(
    { ...read.env, vendors: openVendors(registry, settings) },
    "pocketsoc-demo",
  );
  try {
    const [organisationId] = await listOrganisationIds(services.db);
    if (!organisationId) throw new Error("the demo has no organisation");
    const ctx = { services, actor: { kind: "system", name: "The demo", organisationId } } as const;
    const [url] = await getWebhookUrls(ctx);
    const token = url?.tokens.find(({ expiresAt }) => expiresAt === null);
    if (!token) throw new Error("the demo's organisation has no webhook");
    return (await showWebhookUrl(ctx, token.id)).url;
  } finally {
    await services.hints.close();
    await handle.close();
  }
}
