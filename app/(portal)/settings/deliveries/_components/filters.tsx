import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { deliveryOutcomeLabel, deliveryOutcomes } from "#lib/domain/delivery.ts";
import type { Words } from "#lib/domain/vendor-words.ts";
import type { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import type { DeliveryPage } from "#lib/ingest/deliveries/list.ts";
import { deliveriesAddress } from "./address.ts";

const field =
  "mt-1 block min-h-11 w-full rounded-md border border-line bg-raised px-2 text-base md:min-h-8 md:text-sm";

/** Filters of the list of deliveries by result and configuration. The page's address contains the chosen filters. */
export function Filters({
  query,
  configurations,
  words,
}: {
  query: DeliveryQuery;
  words: Words;
  configurations: DeliveryPage["configurations"];
}) {
  const several = query.outcome.length > 1 ? query.outcome : null;
  return (
    <>
      <form
        key={JSON.stringify(query)}
        method="get"
        className="mb-4 grid items-end gap-3 text-sm md:grid-cols-[1fr_1fr_auto]"
      >
        <label>
          Result
          <select name="outcome" defaultValue={query.outcome.join(",")} className={field}>
            <option value="">Every result</option>
            {several ? (
              <option value={several.join(",")}>
                {several.map((option) => deliveryOutcomeLabel[option]).join(" or ")}
              </option>
            ) : null}
            {deliveryOutcomes.map((option) => (
              <option key={option} value={option}>
                {deliveryOutcomeLabel[option]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Configuration
          <select name="configuration" defaultValue={query.configuration ?? ""} className={field}>
            <option value="">Every configuration</option>
            {configurations.map((option) => (
              <option key={option.id} value={option.id}>
                {option.displayName}
              </option>
            ))}
          </select>
        </label>
        {query.scope ? <input type="hidden" name="scope" value={query.scope} /> : null}
        <Button type="submit">Filter</Button>
      </form>
      {query.scope ? (
        <p className="mb-4 text-sm break-words">
          {`Only ${words.scope} `}
          <span className="font-mono text-xs break-all">{query.scope}</span>.{" "}
          <Link className="text-accent underline" href={deliveriesAddress({ ...query, scope: undefined })}>
            {`Show all ${words.scopes}`}
          </Link>
        </p>
      ) : null}
    </>
  );
}
