"use client";

import { Check, Clock, X } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { ActionButton } from "#components/ui/action-button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { type OutgoingState, outgoingStateLabel, outgoingTypeLabel } from "#lib/domain/outgoing.ts";
import type { OutgoingItem } from "#lib/alerting/webhook/list-deliveries.ts";
import { sendAgain } from "../actions.ts";

const heads = ["Time (UTC)", "Event", "About", "State", "HTTP", "Attempts", "Next try"];
const marks = {
  waiting: { Mark: Clock, colour: "text-muted" },
  delivered: { Mark: Check, colour: "text-success" },
  failed: { Mark: X, colour: "text-danger" },
} satisfies Record<OutgoingState, unknown>;

type Props = { organisationId: string; items: OutgoingItem[]; nowIso: string };

/** The events for the outgoing webhook, newest first, each with the state of its delivery. */
export function OutgoingList({ organisationId, items, nowIso }: Props) {
  if (items.length === 0)
    return (
      <div className="rounded-lg border border-dashed border-line p-8 text-center text-muted">
        <p className="mb-1 text-base font-semibold text-ink">Nothing yet</p>
        <p>Send a test to see whether the receiver accepts it.</p>
      </div>
    );
  return (
    <ol
      aria-label="Sent events"
      className="divide-y divide-line rounded-lg border border-line bg-raised md:grid md:grid-cols-[auto_auto_minmax(0,1fr)_auto_auto_auto_auto] md:gap-x-4"
    >
      <li
        aria-hidden="true"
        className="hidden px-3 py-2 font-medium text-muted md:col-span-full md:grid md:grid-cols-subgrid"
      >
        {heads.map((head) => (
          <span key={head} className={head === "Attempts" || head === "HTTP" ? "text-right" : undefined}>
            {head}
          </span>
        ))}
      </li>
      {items.map((item) => (
        <Row key={item.id} organisationId={organisationId} item={item} nowIso={nowIso} />
      ))}
    </ol>
  );
}

function Row({
  organisationId,
  item,
  nowIso,
}: {
  organisationId: string;
  item: OutgoingItem;
  nowIso: string;
}) {
  const { Mark, colour } = marks[item.state];
  const { busy, problem, run } = useAction();
  return (
    <li className="flex flex-wrap gap-x-3 gap-y-1 p-3 md:col-span-full md:grid md:grid-cols-subgrid md:gap-x-4 md:py-2">
      <time className="order-2 ml-auto tabular-nums md:order-none md:ml-0" dateTime={item.createdAt}>
        {item.createdAt.slice(0, 19).replace("T", " ")}
      </time>
      <span className="order-1 font-medium md:order-none md:font-normal">{outgoingTypeLabel[item.type]}</span>
      <Cell label="About" className="basis-full break-words md:basis-auto">
        <About item={item} />
      </Cell>
      <span
        className={`order-3 inline-flex items-center gap-1.5 font-medium whitespace-nowrap md:order-none md:self-start ${colour}`}
      >
        <Mark aria-hidden="true" size={16} /> {outgoingStateLabel[item.state]}
      </span>
      <Cell label="HTTP status" className="tabular-nums md:text-right">
        {item.status}
      </Cell>
      <Cell label="Attempts" className="tabular-nums md:text-right">
        {item.attempts}
      </Cell>
      <Cell label="Next try" className="whitespace-nowrap">
        {item.nextTryAt ? nextTry(item.nextTryAt, nowIso) : null}
      </Cell>
      {item.problem || problem || item.state === "failed" ? (
        <div className="order-4 flex basis-full flex-wrap items-center gap-x-4 gap-y-2 md:order-none md:col-span-full">
          <p className="min-w-0 flex-1 basis-64 break-words text-muted">{item.problem}</p>
          {item.state === "failed" ? (
            <ActionButton
              disabled={busy}
              aria-label={`Send again the event of ${item.createdAt.slice(11, 19)}`}
              onAct={() => run(() => sendAgain(organisationId, item.id))}
            >
              {busy ? "Sending …" : "Send again"}
            </ActionButton>
          ) : null}
          <output className="basis-full text-danger empty:hidden">{problem}</output>
        </div>
      ) : null}
    </li>
  );
}

/** When an event is sent next, or "now" if it is already due. */
const nextTry = (iso: string, nowIso: string) =>
  iso <= nowIso ? "now" : <Moment iso={iso} nowIso={nowIso} />;

function About({ item }: { item: OutgoingItem }) {
  if (item.detection)
    return (
      <Link className="text-accent underline" href={`/detections/${item.detection.id}`}>
        {item.detection.title}
      </Link>
    );
  if (item.type === "test") return <span className="text-muted">sent from this page</span>;
  const name = item.configurationName ?? "a configuration that was deleted";
  return item.isOfDetection ? (
    <span className="text-muted">{`an alert of ${name} that was deleted, or that you can't view`}</span>
  ) : (
    [name, item.reason].filter(Boolean).join(": ")
  );
}

/**
 * A table cell with a label. Screen readers read the label. Phones display it, because their table has no column headings.
 */
function Cell({ label, className, children }: { label: string; className: string; children: ReactNode }) {
  const isEmpty = children === null;
  return (
    <span className={`order-3 min-w-0 md:order-none ${isEmpty ? "hidden md:inline" : ""} ${className}`}>
      {isEmpty ? null : (
        <span className={label === "About" ? "sr-only" : "text-muted md:sr-only"}>{`${label} `}</span>
      )}
      {children}
    </span>
  );
}
