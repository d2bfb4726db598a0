"use client";

import Link from "next/link";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { DeliveryItem } from "#lib/ingest/deliveries/list.ts";
import { DeliveryMark } from "./delivery-mark.tsx";
import { countText, sizeText } from "./figures.ts";

const heads = ["Time (UTC)", "Result", "Configuration", "Schema", "Size", "Took", "Detection"];
const isNumber = new Set(["Size", "Took"]);

/**
 * The deliveries, newest first. A visible row changes without moving. New rows appear automatically only while nobody uses
 * the list; otherwise they wait behind a button.
 */
export function DeliveryList({ items }: { items: DeliveryItem[] }) {
  const [held, setHeld] = useState(items);
  const list = useRef<HTMLOListElement>(null);
  const latest = new Map(items.map((delivery) => [delivery.id, delivery]));
  const known = new Set(held.map((delivery) => delivery.id));
  const fresh = items.filter((delivery) => !known.has(delivery.id)).length;
  useEffect(() => {
    const looked = list.current?.matches(":hover, :focus-within") ?? false;
    if (!looked && scrollY < 40) setHeld(items);
  }, [items]);
  return (
    <>
      <output className="mb-3 block empty:hidden">
        {fresh > 0 ? (
          <Button onClick={() => setHeld(items)}>{`${countText(fresh)} new · Show`}</Button>
        ) : null}
      </output>
      <ol
        ref={list}
        aria-label="Deliveries"
        className="divide-y divide-line rounded-lg border border-line bg-raised text-sm md:grid md:grid-cols-[auto_auto_minmax(0,1fr)_auto_auto_auto_auto] md:gap-x-4"
      >
        <li
          aria-hidden="true"
          className="hidden px-3 py-2 font-medium text-muted md:col-span-full md:grid md:grid-cols-subgrid"
        >
          {heads.map((head) => (
            <span key={head} className={isNumber.has(head) ? "text-right" : undefined}>
              {head}
            </span>
          ))}
        </li>
        {held.map((delivery) => (
          <Row key={delivery.id} delivery={latest.get(delivery.id) ?? delivery} />
        ))}
      </ol>
    </>
  );
}

function Row({ delivery }: { delivery: DeliveryItem }) {
  const { detectionIds: ids } = delivery;
  return (
    <li className="relative flex flex-wrap gap-x-3 gap-y-1 p-3 hover:bg-chosen md:col-span-full md:grid md:grid-cols-subgrid md:gap-x-4 md:py-2">
      <Link
        className="order-2 ml-auto tabular-nums after:absolute after:inset-0 md:order-none md:ml-0"
        href={`/settings/deliveries/${delivery.id}`}
      >
        <span className="sr-only">Delivery of </span>
        <time dateTime={delivery.receivedAt}>{delivery.receivedAt.slice(0, 19).replace("T", " ")}</time>
        {/* on a screen without the table's head */}
        <span className="text-muted md:hidden"> UTC</span>
      </Link>
      <span className="order-1 md:order-none">
        <DeliveryMark outcome={delivery.outcome} />
      </span>
      <Cell label="Configuration" className="basis-full md:basis-auto">
        {delivery.configurationName ??
          (delivery.scopeId ? (
            <code className="font-mono text-xs break-all">{delivery.scopeId}</code>
          ) : (
            <span className="text-muted">no configuration</span>
          ))}
      </Cell>
      <Cell label="Schema">{delivery.schemaLabel}</Cell>
      <Cell label="Size" className="whitespace-nowrap tabular-nums md:text-right">
        {sizeText(delivery.sizeBytes)}
      </Cell>
      <Cell label="Took" className="whitespace-nowrap tabular-nums md:text-right">
        {delivery.tookMs === null ? "replayed" : `${countText(delivery.tookMs)} ms`}
      </Cell>
      <Cell label="Detection" className="whitespace-nowrap">
        {ids.length === 1 ? (
          <Link className="relative text-accent underline" href={`/detections/${ids[0]}`}>
            Open<span className="sr-only"> the detection</span>
          </Link>
        ) : ids.length > 1 ? (
          `${ids.length} detections`
        ) : (
          <span className="hidden text-muted md:inline">none</span>
        )}
      </Cell>
      {delivery.reason ? (
        <p className="order-4 basis-full break-words text-muted md:order-none md:col-span-full">
          {delivery.reason}
        </p>
      ) : null}
    </li>
  );
}

function Cell({
  label,
  className = "",
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span className={`order-3 min-w-0 break-words text-muted md:order-none md:text-ink ${className}`}>
      <span className="sr-only">{`${label}: `}</span>
      {children}
    </span>
  );
}
