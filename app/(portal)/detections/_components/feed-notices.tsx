import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PlaceText } from "#components/ui/place-text.tsx";
import type { FeedPage } from "#lib/services/detections/list.ts";
import { ConnectNotice } from "./connect-notice.tsx";
import { countFilters, type Filters, noFilters } from "./feed-address.ts";
import { rangeLabel } from "./feed-facets.tsx";
import { troubleTitle, UnheardNotice } from "./unheard-notice.tsx";

/** What the vendors' manifests say to who has nothing to look at yet. */
export type VendorWords = { label: string; firstSteps: string[]; sampleHint: string };
type Source = FeedPage["configurations"][number];
const isTroubled = (one: Source) => one.health.word === "Degraded" || one.health.word === "Action needed";

/** When the slowest source was last read: the list is no fresher than that. */
export function LastRead({ page }: { page: FeedPage }) {
  const polled = page.configurations.filter((one) => one.health.word !== "Disabled");
  if (polled.length === 0) return null;
  const times = polled.flatMap((one) => (one.lastGoodSyncAt ? [one.lastGoodSyncAt] : []));
  const oldest = times.toSorted()[0];
  if (!oldest || times.length < polled.length)
    return <span className="text-sm text-muted">Not everything was read yet</span>;
  return (
    <span className="text-sm text-muted">
      Read <Moment iso={oldest} nowIso={page.now} />
    </span>
  );
}

/** What of the list may be missing or old, and what to do about it. */
export function FeedBanners(props: { page: FeedPage; canConfigure: boolean; trouble: string | null }) {
  const { page, canConfigure, trouble } = props;
  // what is neither read nor heard has a banner of its own, with the same reason
  const troubled = page.configurations.filter((one) => isTroubled(one) && !one.unheardSince);
  const polled = page.configurations.filter((one) => one.health.word !== "Disabled");
  const expiring = canConfigure ? page.configurations.filter((one) => one.expiry !== null) : [];
  const { connections } = page;
  const unheard = page.configurations.filter((one) => one.unheardSince);
  if (troubled.length + unheard.length === 0 && expiring.length === 0 && connections.length === 0 && !trouble)
    return null;
  return (
    <div className="space-y-2">
      <ConnectNotice page={page} />
      {trouble ? (
        <div role="alert">
          <Notice tone="warning" title={trouble} />
        </div>
      ) : null}
      {expiring.length > 0 ? (
        <Notice
          tone={expiring.some((one) => one.expiry?.level !== "notice") ? "danger" : "warning"}
          title={
            expiring.length === 1
              ? "A secret or certificate needs replacing"
              : "Secrets or certificates need replacing"
          }
        >
          <ul>
            {expiring.slice(0, 3).map((one) => (
              <li key={one.id}>
                {`That of ${one.displayName} ${one.expiry?.text}. `}
                <Link className="text-accent underline" href={`/settings/configurations/${one.id}`}>
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
        <Notice tone="warning" title={troubleTitle(troubled, polled.length - unheard.length, polled.length)}>
          <ul className="space-y-1">
            {troubled.slice(0, 3).map((one) => (
              <li key={one.id}>
                <strong className="font-medium text-ink">{one.displayName}</strong>{" "}
                {one.lastGoodSyncAt ? (
                  <>
                    was last read <Moment iso={one.lastGoodSyncAt} nowIso={page.now} />.
                  </>
                ) : (
                  "was never read."
                )}{" "}
                {one.health.reason}{" "}
                {canConfigure ? <PlaceText>{one.health.remedy}</PlaceText> : one.health.remedy}{" "}
                {canConfigure ? (
                  <Link className="text-accent underline" href={`/settings/configurations/${one.id}`}>
                    Look at it in Settings
                  </Link>
                ) : null}
              </li>
            ))}
            {troubled.length > 3 ? <li>{`And ${troubled.length - 3} more.`}</li> : null}
          </ul>
        </Notice>
      ) : null}
    </div>
  );
}

/** Why the list is empty. */
export function FeedEmpty(props: {
  page: FeedPage;
  filters: Filters;
  vendors: VendorWords[];
  canConfigure: boolean;
  onChange: (filters: Filters) => void;
}) {
  const { page, filters, canConfigure, onChange } = props;
  const [vendor] = props.vendors;
  if (page.configurations.length === 0 && page.connections.length > 0) {
    return (
      <Empty title="No alerts yet: your Azure account isn't connected">
        <p>Connect it above. What your account may see in Azure then appears here.</p>
      </Empty>
    );
  }
  if (page.configurations.length === 0 && page.someHidden) {
    return (
      <Empty title="Your Azure account may see none of this team's alerts">
        <p>
          Ask for Security Reader on the subscription in Azure. What it may see then appears here within
          minutes;{" "}
          <Link className="text-accent underline" href="/settings/accounts">
            Azure accounts
          </Link>{" "}
          says what Azure last answered.
        </p>
      </Empty>
    );
  }
  if (page.configurations.length === 0) {
    return (
      <Empty title="No alerts yet: nothing is connected">
        {canConfigure ? (
          <>
            <ol className="mx-auto mt-3 max-w-sm list-decimal space-y-1 pl-6 text-left">
              {vendor?.firstSteps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
            <Link className={`${buttonStyle({ tone: "primary" })} mt-4`} href="/settings/configurations/new">
              {`Connect ${vendor?.label ?? "a vendor"}`}
            </Link>
          </>
        ) : (
          <p>{`An admin connects ${vendor?.label ?? "a vendor"} under Settings. Its alerts then appear here.`}</p>
        )}
      </Empty>
    );
  }
  const polled = page.configurations.filter((one) => one.health.word !== "Disabled");
  if (polled.length > 0 && polled.every((one) => one.health.word === "Not proven yet")) {
    return (
      <Empty title="The first alerts are being read">
        <p>{`${polled.map((one) => one.displayName).join(", ")}: this takes a few seconds, and the list fills by itself.`}</p>
      </Empty>
    );
  }
  if (countFilters(filters) > 0) {
    return (
      <Empty title="Nothing matches these filters">
        <p>Remove a filter above, or clear them all.</p>
        <button type="button" className={`${buttonStyle()} mt-4`} onClick={() => onChange(noFilters)}>
          Clear all filters
        </button>
      </Empty>
    );
  }
  return (
    <Empty title={`No alerts: ${rangeLabel[filters.range].toLowerCase()}`}>
      <p>{`To see what one looks like, create sample alerts: ${vendor?.sampleHint ?? ""}`}</p>
      <button
        type="button"
        className={`${buttonStyle()} mt-4`}
        onClick={() => onChange({ ...noFilters, range: "all" })}
      >
        Look further back
      </button>
    </Empty>
  );
}

function Empty({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="rounded-lg border border-dashed border-line p-8 text-center text-sm text-muted">
      <p className="mb-1 text-base font-semibold text-ink">{title}</p>
      {children}
    </div>
  );
}
