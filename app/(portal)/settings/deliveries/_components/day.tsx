import Link from "next/link";
import { deliveryOutcomeLabel, deliveryOutcomes } from "#lib/domain/delivery.ts";
import type { DeliveryPage } from "#lib/ingest/deliveries/list.ts";
import { deliveriesAddress } from "./address.ts";
import { countText } from "./figures.ts";

/** The number of deliveries within the last 24 hours, by outcome. */
export function Day({ page }: { page: DeliveryPage }) {
  return (
    <section aria-labelledby="day" className="mb-4 rounded-lg border border-line bg-raised p-4 text-sm">
      <h2 id="day" className="mb-2 font-semibold">
        Last 24 hours
      </h2>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2 md:flex md:flex-wrap">
        {deliveryOutcomes.map((outcome) => (
          // the whole tile is the link's target, because a word alone is too small for a finger
          <div key={outcome} className="relative">
            <dt className="text-xs text-muted">
              <Link
                className="hover:underline after:absolute after:-inset-y-1 after:inset-x-0"
                href={deliveriesAddress({ outcome: [outcome] })}
              >
                {deliveryOutcomeLabel[outcome]}
              </Link>
            </dt>
            <dd className="tabular-nums">{countText(page.day[outcome] ?? 0)}</dd>
          </div>
        ))}
        <div>
          <dt className="text-xs text-muted">Waiting now</dt>
          <dd className="tabular-nums">{countText(page.waiting)}</dd>
        </div>
        <div>
          <dt className="text-xs text-muted">Bad tokens</dt>
          <dd className="tabular-nums">
            {countText(page.badTokens)} <span className="text-muted">of the whole portal</span>
          </dd>
        </div>
      </dl>
    </section>
  );
}
