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

/** What the webhook was told, newest first, and how far each came. */
export function OutgoingList({ organisationId, items, nowIso }: Props) {
  if (items.length === 0)
    return (
      <div className="rounded-lg border border-dashed border-line p-8 text-center text-muted">
        <p className="mb-1 text-base font-semibold text-ink">Nothing yet</p>
        <p>Send a test to see whether the receiver takes it.</p>
      </div>
    );
  return (
    <ol
      aria-label="What it was told"
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
      {items.map((one) => (
        <Row key={one.id} organisationId={organisationId} one={one} nowIso={nowIso} />
      ))}
    </ol>
  );
}

function Row({ organisationId, one, nowIso }: { organisationId: string; one: OutgoingItem; nowIso: string }) {
  const { Mark, colour } = marks[one.state];
  const { busy, problem, run } = useAction();
  return (
    <li className="flex flex-wrap gap-x-3 gap-y-1 p-3 md:col-span-full md:grid md:grid-cols-subgrid md:gap-x-4 md:py-2">
      <time className="order-2 ml-auto tabular-nums md:order-none md:ml-0" dateTime={one.createdAt}>
        {one.createdAt.slice(0, 19).replace("T", " ")}
      </time>
      <span className="order-1 font-medium md:order-none md:font-normal">{outgoingTypeLabel[one.type]}</span>
      <Cell label="About" className="basis-full break-words md:basis-auto">
        <About one={one} />
      </Cell>
      <span
        className={`order-3 inline-flex items-center gap-1.5 font-medium whitespace-nowrap md:order-none md:self-start ${colour}`}
      >
        <Mark aria-hidden="true" size={16} /> {outgoingStateLabel[one.state]}
      </span>
      <Cell label="HTTP status" className="tabular-nums md:text-right">
        {one.status}
      </Cell>
      <Cell label="Attempts" className="tabular-nums md:text-right">
        {one.attempts}
      </Cell>
      <Cell label="Next try" className="whitespace-nowrap">
        {one.nextTryAt ? nextTry(one.nextTryAt, nowIso) : null}
      </Cell>
      {one.problem || problem || one.state === "failed" ? (
        <div className="order-4 flex basis-full flex-wrap items-center gap-x-4 gap-y-2 md:order-none md:col-span-full">
          <p className="min-w-0 flex-1 basis-64 break-words text-muted">{one.problem}</p>
          {one.state === "failed" ? (
            <ActionButton
              disabled={busy}
              aria-label={`Send again what was told at ${one.createdAt.slice(11, 19)}`}
              onAct={() => run(() => sendAgain(organisationId, one.id))}
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

/** It is due, and waits for its turn; or it will be. */
const nextTry = (iso: string, nowIso: string) =>
  iso <= nowIso ? "now" : <Moment iso={iso} nowIso={nowIso} />;

function About({ one }: { one: OutgoingItem }) {
  if (one.detection)
    return (
      <Link className="text-accent underline" href={`/detections/${one.detection.id}`}>
        {one.detection.title}
      </Link>
    );
  if (one.type === "test") return <span className="text-muted">asked for here</span>;
  const name = one.configurationName ?? "a configuration that was deleted";
  return one.isOfDetection ? (
    <span className="text-muted">{`an alert of ${name} that was deleted, or that you may not see`}</span>
  ) : (
    [name, one.reason].filter(Boolean).join(": ")
  );
}

/** A label is read aloud, and shown on a phone, where no head stands above. */
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
