import type { Metadata } from "next";
import Link from "next/link";
import { Fragment, type ReactNode } from "react";
import { buttonStyle } from "#components/ui/button.tsx";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { commonWords, wordsOf } from "#lib/domain/vendor-words.ts";
import { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { listDeliveries } from "#lib/ingest/deliveries/list.ts";
import { offeredManifests } from "#lib/core/vendors.ts";
import { deliveriesAddress } from "./_components/address.ts";
import { Day } from "./_components/day.tsx";
import { DeliveryList } from "./_components/delivery-list.tsx";
import { Filters } from "./_components/filters.tsx";
import { Unclaimed } from "./_components/unclaimed.tsx";

export const metadata: Metadata = { title: "Deliveries" };

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function DeliveriesPage({ searchParams }: { searchParams: Search }) {
  const { ctx } = await requirePage("settings.manage");
  const search = await searchParams;
  const query = DeliveryQuery.parse(search);
  const before = typeof search.before === "string" ? search.before : null;
  const page = await listDeliveries(ctx, query, before);
  const isFiltered = query.outcome.length > 0 || Boolean(query.configuration ?? query.scope);
  const posting = offeredManifests(ctx.services).filter((one) => one.webhook);
  const words = commonWords(posting.map((one) => wordsOf(one.words)));
  const days = ctx.services.deliveriesKeptDays;
  return (
    <>
      <KeepFresh everyMs={5_000} />
      <h1 className="mb-1 text-xl font-semibold">Deliveries</h1>
      <p className="mb-4 text-sm text-muted">
        {`Webhook deliveries of the last ${days === 1 ? "day" : `${days} days`}.`}
      </p>
      <Unclaimed page={page} />
      <Day page={page} />
      {page.items.length > 0 || isFiltered || before ? (
        <Filters query={query} configurations={page.configurations} words={words} />
      ) : null}
      {page.items.length > 0 ? (
        <DeliveryList key={`${JSON.stringify(query)} ${before}`} items={page.items} />
      ) : isFiltered || before ? (
        <Empty title="No delivery matches">
          <Link className="text-accent underline" href="/settings/deliveries">
            Show everything
          </Link>
        </Empty>
      ) : (
        <Empty title="Nothing has arrived yet">
          <p>
            Copy your webhook URL under{" "}
            <Link className="text-accent underline" href="/settings/webhooks">
              Settings &gt; Webhook URLs
            </Link>
            , then follow the guide:{" "}
            {posting.map(({ id, label }, index) => (
              <Fragment key={id}>
                {index > 0 ? ", " : ""}
                <Link className="text-accent underline" href={`/docs/${id}`}>
                  {label}
                </Link>
              </Fragment>
            ))}
            .
          </p>
          <p className="mt-1">Until then, alerts arrive by polling.</p>
        </Empty>
      )}
      <div className="mt-4 flex flex-wrap gap-2 empty:hidden">
        {before ? (
          <Link className={buttonStyle()} href={deliveriesAddress(query)}>
            Newest
          </Link>
        ) : null}
        {page.nextCursor ? (
          <Link className={buttonStyle()} href={deliveriesAddress(query, page.nextCursor)}>
            Older
          </Link>
        ) : null}
      </div>
    </>
  );
}

function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="rounded-lg border border-dashed border-line p-8 text-center text-sm text-muted">
      <p className="mb-1 text-base font-semibold text-ink">{title}</p>
      {children}
    </div>
  );
}
