import type { ReactNode } from "react";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { countedMax, type WebhookToken, type WebhookUrl } from "#lib/ingest/webhook-urls/get-urls.ts";
import { CopyUrl } from "./copy-url.tsx";
import { RevokeUrl } from "./revoke-url.tsx";
import { RotateUrl } from "./rotate-url.tsx";

type Props = { organisationId: string; url: WebhookUrl; nowIso: string };

/**
 * One webhook: its masked URL, when the last delivery arrived, and how many arrived within 24 hours. During a rotation, also
 * the earlier URL.
 */
export function WebhookCard({ organisationId, url, nowIso }: Props) {
  const current = url.tokens.at(-1);
  const earlier = url.tokens.slice(0, -1);
  if (!current) return null;
  const when = (iso: string | null, none: string) => (iso ? <Moment iso={iso} nowIso={nowIso} /> : none);
  const figures = [
    ["Last received", when(url.lastReceivedAt, "nothing yet")],
    ["Deliveries in 24 h", countText(url.deliveries24h)],
    ["Last heartbeat", when(current.lastHeartbeatAt, "none yet")],
    ...(url.refused24h > 0 ? [["Refused in 24 h", countText(url.refused24h)] as const] : []),
  ] as const;
  return (
    <section
      aria-labelledby={`${url.id}-title`}
      className="rounded-lg border border-line bg-raised p-4 text-sm"
    >
      <h2 id={`${url.id}-title`} className="text-base font-semibold">
        {url.label}
      </h2>
      <p className="mt-1 max-w-prose text-muted">{url.help}</p>
      <TokenRow key={current.id} url={url} token={current} nowIso={nowIso}>
        <CopyUrl organisationId={organisationId} id={current.id} label={`Copy ${url.label}`} />
        <RotateUrl
          organisationId={organisationId}
          id={current.id}
          endsAtOnce={earlier.length > 0}
          provider={url.words.provider}
        />
      </TokenRow>
      {earlier.map((token) => (
        <TokenRow key={token.id} url={url} token={token} nowIso={nowIso}>
          <RevokeUrl
            organisationId={organisationId}
            id={token.id}
            lastUsedAt={token.lastUsedAt}
            nowIso={nowIso}
          />
        </TokenRow>
      ))}
      <dl className="mt-4 grid grid-cols-2 gap-x-8 gap-y-2 md:flex md:flex-wrap">
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt className="text-muted">{label}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {url.refused24h > 0 ? (
        <div className="mt-3">
          <Notice tone="warning" title="A retired URL is still being called">
            {`Those calls are refused, so their alerts arrive by polling only. Update the caller: ${url.redeploy}.`}
          </Notice>
        </div>
      ) : null}
    </section>
  );
}

const countText = (count: number) =>
  count > countedMax ? `more than ${countedMax.toLocaleString("en")}` : count.toLocaleString("en");

function TokenRow({
  url,
  token,
  nowIso,
  children,
}: {
  url: WebhookUrl;
  token: WebhookToken;
  nowIso: string;
  children: ReactNode;
}) {
  const { expiresAt, lastUsedAt } = token;
  return (
    <div className="mt-3 rounded-md border border-line bg-surface p-3">
      <p className="font-medium">
        {expiresAt ? (
          <>
            Earlier URL, ends <Moment iso={expiresAt} nowIso={nowIso} />
          </>
        ) : (
          "URL in use"
        )}
      </p>
      <p className="mt-1 font-mono text-xs [overflow-wrap:anywhere]">
        {`${url.address}/`}
        <span aria-hidden="true">••••••••••••</span>
        <span className="sr-only">a hidden secret that ends in </span>
        {token.hint ?? "????"}
      </p>
      <p className="mt-1 text-muted">
        created by {token.createdBy} <Moment iso={token.createdAt} nowIso={nowIso} day /> ·{" "}
        {lastUsedAt ? (
          <>
            last used <Moment iso={lastUsedAt} nowIso={nowIso} />
          </>
        ) : (
          "never used"
        )}
      </p>
      {token.hint === null ? (
        <div className="mt-2">
          <Notice
            tone="danger"
            title={
              token.isKnown ? "This URL works but can't be shown" : "Calls with this URL aren't recognised"
            }
          >
            {`The key that sealed it is missing from POCKETSOC_ENCRYPTION_KEYS. Restore the key, or rotate the URL and give the new one to ${url.words.provider}.`}
          </Notice>
        </div>
      ) : null}
      <div className="mt-3 flex flex-wrap items-start gap-2">{children}</div>
    </div>
  );
}
