import Link from "next/link";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PlaceText } from "#components/ui/place-text.tsx";
import type { FeedPage } from "#lib/triage/list.ts";
import { ConnectNotice } from "./connect-notice.tsx";
import { DisabledNotice } from "./disabled-notice.tsx";
import { troubleTitle, UnheardNotice } from "./unheard-notice.tsx";

type Source = FeedPage["configurations"][number];
const isTroubled = (configuration: Source) =>
  configuration.health.state === "degraded" || configuration.health.state === "action_needed";

/** The time of the oldest among the configurations' last polls. */
export function LastRead({ page }: { page: FeedPage }) {
  const polled = page.configurations.filter((configuration) => configuration.health.state !== "disabled");
  if (polled.length === 0) return null;
  const times = polled.flatMap((configuration) =>
    configuration.lastGoodSyncAt ? [configuration.lastGoodSyncAt] : [],
  );
  const oldest = times.toSorted()[0];
  if (!oldest || times.length < polled.length) return <span>Not everything was read yet</span>;
  return (
    <span>
      Read <Moment iso={oldest} nowIso={page.now} />
    </span>
  );
}

/** Banners about alerts that may be missing from the list or out of date, and what to do. */
export function FeedBanners(props: { page: FeedPage; canConfigure: boolean; trouble: string | null }) {
  const { page, canConfigure, trouble } = props;
  // configurations that are neither polled nor heard have their own banner with the same reason
  const troubled = page.configurations.filter(
    (configuration) => isTroubled(configuration) && !configuration.unheardSince,
  );
  const polled = page.configurations.filter((configuration) => configuration.health.state !== "disabled");
  const expiring = canConfigure
    ? page.configurations.filter(({ expiry }) => expiry !== null && expiry.level !== "doubtful")
    : [];
  const { connections } = page;
  const unheard = page.configurations.filter((configuration) => configuration.unheardSince);
  const all = [troubled, unheard, expiring, connections, page.disabled];
  if (all.every((some) => some.length === 0) && !trouble) return null;
  return (
    <section aria-label="Notices">
      <ConnectNotice page={page} />
      {trouble ? (
        <div role="alert">
          <Notice isStrip tone="warning" title={trouble} />
        </div>
      ) : null}
      {expiring.length > 0 ? (
        <Notice
          isStrip
          tone={
            expiring.some((configuration) => configuration.expiry?.level !== "notice") ? "danger" : "warning"
          }
          title={
            expiring.length === 1
              ? "A secret or certificate needs replacing"
              : "Secrets or certificates need replacing"
          }
        >
          <ul>
            {expiring.slice(0, 3).map((configuration) => (
              <li key={configuration.id}>
                {`That of ${configuration.displayName} ${configuration.expiry?.text}. `}
                <Link className="text-accent underline" href={`/settings/configurations/${configuration.id}`}>
                  Replace it
                </Link>
              </li>
            ))}
            {expiring.length > 3 ? <li>{`And ${expiring.length - 3} more.`}</li> : null}
          </ul>
        </Notice>
      ) : null}
      <UnheardNotice page={page} canConfigure={canConfigure} />
      {troubled.length > 0 ? (
        <Notice
          isStrip
          tone="warning"
          title={troubleTitle(troubled, polled.length - unheard.length, polled.length)}
        >
          <ul className="space-y-1">
            {troubled.slice(0, 3).map((configuration) => (
              <li key={configuration.id}>
                <strong className="font-medium text-ink">{configuration.displayName}</strong>{" "}
                {configuration.lastGoodSyncAt ? (
                  <>
                    was last read <Moment iso={configuration.lastGoodSyncAt} nowIso={page.now} />.
                  </>
                ) : (
                  "was never read."
                )}{" "}
                {configuration.health.reason}{" "}
                {canConfigure ? (
                  <PlaceText>{configuration.health.remedy}</PlaceText>
                ) : (
                  configuration.health.remedy
                )}{" "}
                {canConfigure ? (
                  <Link
                    className="text-accent underline"
                    href={`/settings/configurations/${configuration.id}`}
                  >
                    Look at it in Settings
                  </Link>
                ) : null}
              </li>
            ))}
            {troubled.length > 3 ? <li>{`And ${troubled.length - 3} more.`}</li> : null}
          </ul>
        </Notice>
      ) : null}
      <DisabledNotice page={page} canConfigure={canConfigure} />
    </section>
  );
}
