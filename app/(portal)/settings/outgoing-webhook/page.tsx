import type { Metadata } from "next";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { getOutgoingWebhook } from "#lib/alerting/webhook/get.ts";
import { listOutgoingDeliveries } from "#lib/alerting/webhook/list-deliveries.ts";
import { OutgoingList } from "./_components/outgoing-list.tsx";
import { WebhookPanel } from "./_components/webhook-panel.tsx";

export const metadata: Metadata = { title: "Outgoing webhook" };

export default async function OutgoingWebhookPage() {
  const { ctx } = await requirePage("settings.manage");
  const { organisationId } = ctx.actor;
  const webhook = await getOutgoingWebhook(ctx);
  const items = await listOutgoingDeliveries(ctx);
  const nowIso = ctx.services.now().toISOString();
  return (
    <>
      <KeepFresh everyMs={5_000} />
      <h1 className="mb-2 text-xl font-semibold">Outgoing webhook</h1>
      <p className="mb-6 max-w-prose text-sm text-muted">
        Send events to chat, tickets or a SIEM: new alerts, High alerts that nobody acknowledged, and
        connection problems. Each event is signed according to{" "}
        <a
          className="text-accent underline"
          href="https://www.standardwebhooks.com"
          target="_blank"
          rel="noreferrer"
        >
          Standard Webhooks
        </a>
        , so the receiver can verify the sender.
      </p>
      <div className="space-y-8 text-sm">
        {webhook?.offBecause ? (
          <Notice tone="warning" title="PocketSOC switched this webhook off">
            {webhook.offBecause} Nothing is sent until you switch it on again.
          </Notice>
        ) : null}
        {webhook && webhook.address === null ? (
          <Notice tone="danger" title="The address can't be opened, so nothing is sent">
            {`The key that sealed it is missing from POCKETSOC_ENCRYPTION_KEYS. Restore the key, or enter the address at ${webhook.host} again and create a new secret.`}
          </Notice>
        ) : null}
        <WebhookPanel organisationId={organisationId} webhook={webhook} nowIso={nowIso} />
        {webhook ? (
          <section>
            <h2 className="mb-1 text-base font-semibold">Sent events</h2>
            <p className="mb-3 max-w-prose text-muted">
              The last 100 events of 30 days. Failed events are retried for about eight hours.
            </p>
            <OutgoingList organisationId={organisationId} items={items} nowIso={nowIso} />
          </section>
        ) : null}
      </div>
    </>
  );
}
