import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { accountsLabel, commonWords, type Words } from "#lib/domain/vendor-words.ts";
import type { View } from "#lib/domain/view.ts";
import type { FeedPage } from "#lib/triage/list.ts";
import { countFilters, type Filters, onlyView } from "../_store/feed-address.ts";

/** What a vendor's manifest says to people who have no configuration to look at yet. */
export type FirstSteps = {
  label: string;
  words: Words;
  /** whether people connect their own accounts to this vendor */
  hasAccounts: boolean;
  firstSteps: string[];
  sampleHint: string;
};

/** Explains why the list of detections is empty and what the person can do. */
export function FeedEmpty(props: {
  page: FeedPage;
  filters: Filters;
  vendors: FirstSteps[];
  canConfigure: boolean;
  onChange: (filters: Filters) => void;
}) {
  const { page, filters, canConfigure, onChange } = props;
  // with several vendors, the first steps of one may be wrong for the reader
  const vendor = props.vendors.length === 1 ? props.vendors[0] : undefined;
  const words = commonWords(props.vendors.flatMap((one) => (one.hasAccounts ? [one.words] : [])));
  const { account, provider, scope, readRole } = words;
  if (page.configurations.length === 0 && page.connections.length > 0) {
    return (
      <Empty title={`Connect your ${account}`}>
        <p>{`Connect it above to see the alerts that it can view in ${provider}.`}</p>
      </Empty>
    );
  }
  if (page.configurations.length === 0 && page.someHidden) {
    return (
      <Empty title={`Your ${account} can't view any of this team's alerts`}>
        <p>
          {`Ask for ${readRole} on the ${scope} in ${provider}. Its alerts then appear here within minutes. `}
          <Link className="text-accent underline" href="/settings/accounts">
            {accountsLabel(words)}
          </Link>{" "}
          {`shows what ${provider} last answered.`}
        </p>
      </Empty>
    );
  }
  if (page.configurations.length === 0 && page.disabled.length > 0) {
    return (
      <Empty title="No configuration is enabled">
        <p>Enable one above to see its alerts here.</p>
      </Empty>
    );
  }
  if (page.configurations.length === 0) {
    return (
      <Empty title={vendor ? `Connect your first ${vendor.words.scope}` : "Connect your first vendor"}>
        {canConfigure ? (
          <>
            <ol className="mx-auto mt-3 max-w-sm list-decimal space-y-1 pl-6 text-left empty:hidden">
              {vendor?.firstSteps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
            <Link className={`${buttonStyle({ tone: "primary" })} mt-4`} href="/settings/configurations/new">
              {`Connect ${vendor?.label ?? "a vendor"}`}
            </Link>
          </>
        ) : (
          <p>{`An admin can connect ${vendor?.label ?? "a vendor"} under Settings. Its alerts then appear here.`}</p>
        )}
      </Empty>
    );
  }
  const polled = page.configurations.filter((one) => one.health.state !== "disabled");
  if (polled.length > 0 && polled.every((one) => one.health.state === "not_proven")) {
    return (
      <Empty title="Reading the first alerts">
        <p>{`From ${polled.map((one) => one.displayName).join(", ")}. They appear here within seconds.`}</p>
      </Empty>
    );
  }
  if (countFilters(filters) > 0) {
    return (
      <Empty title="Nothing matches these filters">
        <p>Remove a filter above, or clear them all.</p>
        <button
          type="button"
          className={`${buttonStyle()} mt-4`}
          onClick={() => onChange(onlyView(filters.view))}
        >
          Clear all filters
        </button>
      </Empty>
    );
  }
  const { title, text } = emptyViews[filters.view];
  return (
    <Empty title={title}>
      <p>{text}</p>
      {page.counts.view.all.total > 0 && filters.view !== "all" ? (
        <button type="button" className={`${buttonStyle()} mt-4`} onClick={() => onChange(onlyView("all"))}>
          {`Show all ${page.counts.view.all.total.toLocaleString("en")}`}
        </button>
      ) : (
        <p>
          {polled.length === 0
            ? "New alerts don't appear while every configuration is disabled."
            : vendor
              ? `To see what an alert looks like, create sample alerts: ${vendor.sampleHint}`
              : "To see what an alert looks like, create sample alerts at the vendor."}
        </p>
      )}
    </Empty>
  );
}

/** What an empty view without filters says. */
const emptyViews: Record<View, { title: string; text: string }> = {
  triage: { title: "Nothing needs triage", text: "New alerts appear here within seconds." },
  mine: {
    title: "You own nothing",
    text: "An alert that you acknowledge is listed here until it is closed.",
  },
  owned: {
    title: "Nobody owns an open alert",
    text: "Acknowledged alerts are listed here until they are closed.",
  },
  closed: { title: "Nothing is closed", text: "Resolved and dismissed alerts are listed here." },
  all: { title: "No alerts", text: "New alerts appear here within seconds." },
  not_saved: { title: "Every change was saved", text: "Changes that a vendor refuses are listed here." },
  backlog: {
    title: "The backlog is empty",
    text: "Alerts that were old when their source was connected are listed here.",
  },
  samples: { title: "No samples", text: "Sample alerts are listed here. They don't need triage." },
};

function Empty({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="px-4 py-16 text-center text-sm text-muted">
      <p className="mb-1 text-base font-semibold text-ink">{title}</p>
      {children}
    </div>
  );
}
