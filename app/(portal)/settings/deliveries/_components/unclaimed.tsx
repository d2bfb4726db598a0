import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { DeliveryPage } from "#lib/ingest/deliveries/list.ts";
import { newConfigurationAddress } from "../../_components/new-configuration-address.ts";
import { deliveriesAddress } from "./address.ts";
import { countText } from "./figures.ts";

/** The scopes whose alerts the webhook brings although no enabled configuration reads them, each with what an admin can do. */
export function Unclaimed({ page }: { page: DeliveryPage }) {
  if (page.unclaimed.length === 0) return null;
  return (
    <div className="mb-4 space-y-2">
      {page.unclaimed.map(({ scopeId, vendor, words, count, lastAt, disabled }) => (
        <Notice
          key={`${vendor} ${scopeId}`}
          tone="warning"
          title={`Unclaimed: ${words.scope} ${scopeId} is posting`}
        >
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
            , the last <Moment iso={lastAt} nowIso={page.now} />. They are kept, and merged once an enabled
            configuration claims them.
          </p>
          <Link
            className={`${buttonStyle()} mt-2`}
            href={
              disabled ? `/settings/configurations/${disabled.id}` : newConfigurationAddress(vendor, scopeId)
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
