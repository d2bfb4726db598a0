import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { DeliveryPage } from "#lib/ingest/deliveries/list.ts";
import { deliveriesAddress } from "./address.ts";
import { countText } from "./figures.ts";

/** Subscriptions that post and belong to no configuration that is enabled, each with what to do. */
export function Unclaimed({ page }: { page: DeliveryPage }) {
  if (page.unclaimed.length === 0) return null;
  return (
    <div className="mb-4 space-y-2">
      {page.unclaimed.map(({ scopeId, count, lastAt, disabled }) => (
        <Notice key={scopeId} tone="warning" title={`Unclaimed: subscription ${scopeId} is posting`}>
          <p>
            {disabled
              ? `It belongs to “${disabled.displayName}”, which is disabled. `
              : "It belongs to no configuration here. "}
            <Link
              className="text-accent underline"
              href={deliveriesAddress({ outcome: ["unclaimed"], scope: scopeId })}
            >
              {count === 1 ? "1 delivery" : `${countText(count)} deliveries`}
            </Link>
            , the last <Moment iso={lastAt} nowIso={page.now} />. What is kept is used once a configuration
            claims it.
          </p>
          <Link
            className={`${buttonStyle()} mt-2`}
            href={
              disabled
                ? `/settings/configurations/${disabled.id}`
                : `/settings/configurations/new?subscription=${encodeURIComponent(scopeId)}`
            }
          >
            {disabled ? "Open the configuration" : "Add configuration"}
            <span className="sr-only"> for {scopeId}</span>
          </Link>
        </Notice>
      ))}
    </div>
  );
}
