import type { Metadata } from "next";
import Link from "next/link";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { getGuide } from "#lib/sources/guides/get.ts";
import { listGuideValues } from "#lib/sources/guides/list-values.ts";
import { getWebhookUrls } from "#lib/ingest/webhook-urls/get-urls.ts";
import { DeployPanel } from "./_components/deploy-panel.tsx";
import { WebhookCard } from "./_components/webhook-card.tsx";

export const metadata: Metadata = { title: "Webhook URLs" };

export default async function WebhooksPage() {
  const { ctx } = await requirePage("settings.manage");
  const urls = await getWebhookUrls(ctx);
  const nowIso = ctx.services.now().toISOString();
  const { organisationId } = ctx.actor;
  const panels = await Promise.all(
    urls.map(async (url) => ({
      url,
      guide: getGuide(ctx.services, url.vendor),
      configurations: await listGuideValues(ctx, url.vendor),
    })),
  );
  return (
    <>
      <KeepFresh everyMs={10_000} />
      <h1 className="mb-2 text-xl font-semibold">Webhook URLs</h1>
      <p className="mb-4 max-w-prose text-sm text-muted">
        PocketSOC polls every minute. A webhook delivers in seconds.
      </p>
      {panels.map(({ url, guide, configurations }) => (
        <div key={url.id} className="space-y-8">
          <WebhookCard organisationId={organisationId} url={url} nowIso={nowIso} />
          {guide ? (
            <>
              <p className="text-sm">
                <Link className="text-accent underline" href={`/docs/${guide.id}#push`}>
                  {`The guide: ${guide.document.title}`}
                </Link>
              </p>
              {guide.document.deploy ? (
                <DeployPanel
                  organisationId={organisationId}
                  currentId={url.tokens.at(-1)?.id ?? ""}
                  guide={{
                    clouds: guide.clouds,
                    reach: guide.reach,
                    values: guide.values,
                    deploy: guide.document.deploy,
                  }}
                  configurations={configurations}
                  scope={url.words.scope}
                />
              ) : null}
            </>
          ) : null}
        </div>
      ))}
    </>
  );
}
