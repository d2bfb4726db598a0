import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import type { FeedPage } from "#lib/triage/list.ts";
import { countFilters, type Filters, noFilters } from "../_store/feed-address.ts";
import { rangeLabel } from "./feed-facets.tsx";

/** What the vendors' manifests say to who has nothing to look at yet. */
export type VendorWords = { label: string; firstSteps: string[]; sampleHint: string };

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
  if (page.configurations.length === 0 && page.disabled.length > 0) {
    return (
      <Empty title="Nothing is read at the moment">
        <p>What is disabled above has to be enabled before its alerts appear here.</p>
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
  const polled = page.configurations.filter((one) => one.health.state !== "disabled");
  if (polled.length > 0 && polled.every((one) => one.health.state === "not_proven")) {
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
      <p>
        {polled.length === 0
          ? "New alerts don't appear while every configuration is disabled."
          : `To see what one looks like, create sample alerts: ${vendor?.sampleHint ?? ""}`}
      </p>
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
