import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Notice } from "#components/ui/notice.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { deliveryOutcomeMeaning } from "#lib/domain/delivery.ts";
import { accountsLabel } from "#lib/domain/vendor-words.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { type DeliveryDetail, getDelivery } from "#lib/ingest/deliveries/get.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Contents } from "../_components/contents.tsx";
import { DeliveryMark } from "../_components/delivery-mark.tsx";
import { Head } from "../_components/head.tsx";
import { Replay } from "../_components/replay.tsx";

export const metadata: Metadata = { title: "Delivery" };

export default async function DeliveryPage({ params }: { params: Promise<{ id: string }> }) {
  const { ctx } = await requirePage("settings.manage");
  const { id } = await params;
  const delivery = await getDelivery(ctx, id).catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === "not_found") notFound();
    throw error;
  });
  return (
    <div className="space-y-4 text-sm">
      <header className="space-y-2">
        <p>
          <Link className="text-muted hover:underline" href="/settings/deliveries">
            Deliveries
          </Link>
        </p>
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h1 className="text-xl font-semibold">Delivery</h1>
          <DeliveryMark outcome={delivery.outcome} />
        </div>
        <p className="flex items-center gap-1">
          <span className="font-mono text-xs break-all text-muted">{delivery.id}</span>
          <CopyButton show="icon" label="Copy the delivery's id" value={delivery.id} />
        </p>
        <p className="break-words">{delivery.reason ?? deliveryOutcomeMeaning[delivery.outcome]}</p>
        <Detections delivery={delivery} />
      </header>
      {delivery.outcome === "rejected" ? (
        <p className="text-muted">
          It wasn't kept in full, so it can't be replayed. The sender has to send it again.
        </p>
      ) : (
        <Replay
          id={delivery.id}
          outcome={delivery.outcome}
          reason={delivery.reason}
          mergedAt={delivery.mergedAt}
        />
      )}
      <section className="rounded-lg border border-line bg-raised p-4">
        <h2 className="mb-3 text-base font-semibold">How it came</h2>
        <Head delivery={delivery} />
      </section>
      {delivery.hidden ? (
        <Notice title="You can't view this delivery's contents">
          {`It belongs to a configuration whose alerts your own ${delivery.words.account} can't view. Connect it under `}
          <Link className="text-accent underline" href="/settings/accounts">
            {accountsLabel(delivery.words)}
          </Link>
          {` or ask for ${delivery.words.readRole}.`}
        </Notice>
      ) : (
        <Contents delivery={delivery} />
      )}
    </div>
  );
}

function Detections({ delivery }: { delivery: DeliveryDetail }) {
  if (delivery.detections.length === 0) return null;
  return (
    <ul aria-label="Detections">
      {delivery.detections.map(({ id, title }) => (
        <li key={id} className="break-words">
          <Link className="text-accent underline" href={`/detections/${id}`}>
            {title}
          </Link>
        </li>
      ))}
    </ul>
  );
}
