"use client";

import { ExternalLink } from "lucide-react";
import Link from "next/link";
import { Chip, SeverityMark, StatusPill } from "#components/detections/marks.tsx";
import { ActionButton } from "#components/ui/action-button.tsx";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { ExactMoment, Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { statusLabel, type TargetStatus } from "#lib/domain/status.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";
import { Arrival, RawAlert, UnknownNotice } from "./arrival.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Clocks, Entities, MaybeLink, Section, Tactics } from "./detection-parts.tsx";
import { ToldList } from "./told-list.tsx";

type Props = {
  detection: DetectionDetail;
  nowIso: string;
  /** the pane beside the list stands under the page's own heading */
  inPane?: boolean;
  onStatus: (preset: TargetStatus | null) => void;
  onAcknowledge: () => void;
};

/** Everything about one detection; the full page and the pane show the same. */
export function DetectionView({ detection: d, nowIso, inPane, onStatus, onAcknowledge }: Props) {
  const Title = inPane ? "h2" : "h1";
  // Azure often numbers the steps itself
  const numbered = d.remediationSteps.some((step) => /^\s*\d+[.)]/.test(step.text));
  const level = inPane ? "h3" : "h2";
  return (
    <article className="space-y-6" aria-label={d.title}>
      <header className="space-y-3">
        <div className="flex flex-wrap items-center gap-2">
          <SeverityMark severity={d.severity} />
          <StatusPill status={d.status} />
          {d.isSample ? <Chip>SAMPLE</Chip> : null}
          {d.isIncident ? <Chip>INCIDENT</Chip> : null}
          <span className="text-sm text-muted">
            <Moment iso={d.occurredAt} nowIso={nowIso} />
          </span>
        </div>
        <Title className={`font-semibold break-words ${inPane ? "text-lg" : "text-xl"}`}>{d.title}</Title>
        <p className="text-sm break-words text-muted">
          {[d.resourceName, d.configurationName, d.provider].filter(Boolean).join(" · ")}
          {d.acknowledgedBy && d.acknowledgedAt ? (
            <>
              {` · acknowledged by ${d.acknowledgedBy} `}
              <Moment iso={d.acknowledgedAt} nowIso={nowIso} />
            </>
          ) : null}
        </p>
        <Actions detection={d} inPane={inPane} onStatus={onStatus} onAcknowledge={onAcknowledge} />
        {d.pendingStatus ? (
          <Notice
            title={`${d.syncState === "held" ? "About to send" : "Sending"} ${statusLabel[d.pendingStatus]} to Azure …`}
          >
            The status stands at {statusLabel[d.status]} until Azure has confirmed the change.
          </Notice>
        ) : null}
        {d.stateSentence ? (
          <Notice tone="warning" title="The last change did not take effect in Azure">
            {d.stateSentence}
          </Notice>
        ) : null}
        {d.unconfirmedSince ? (
          <Notice tone="warning" title="Shown as Azure last let you see it">
            Not confirmed since <Moment iso={d.unconfirmedSince} nowIso={nowIso} />. Sign in again under{" "}
            <Link className="text-accent underline" href="/settings/accounts">
              Azure accounts
            </Link>
            .
          </Notice>
        ) : null}
        <UnknownNotice detection={d} />
        {d.writeBlock && !d.unconfirmedSince && !d.copies.unknown ? (
          <Notice title="You can't change its status yet">
            {d.writeBlock}{" "}
            <Link className="text-accent underline" href="/settings/accounts">
              Azure accounts
            </Link>
          </Notice>
        ) : null}
        {d.writeProblem ? (
          <Notice tone="warning" title="Changes may not take effect">
            {d.writeProblem}
          </Notice>
        ) : null}
        {d.lastNote ? (
          <Notice title={`Last note on an alert like this, by ${d.lastNote.by}`}>
            <span className="whitespace-pre-wrap break-words">{d.lastNote.text}</span>{" "}
            <span className="whitespace-nowrap">
              (<Moment iso={d.lastNote.at} nowIso={nowIso} />)
            </span>
          </Notice>
        ) : null}
      </header>
      <Section level={level} title="Description">
        <p className="whitespace-pre-wrap break-words">{d.description || "Azure gave none."}</p>
      </Section>
      <Section level={level} title="Remediation steps">
        {d.remediationSteps.length === 0 ? <p className="text-muted">Azure gave none.</p> : null}
        <ol className={`space-y-1 empty:hidden ${numbered ? "" : "list-decimal pl-5"}`}>
          {d.remediationSteps.map((step) => (
            <li key={step.text} className="whitespace-pre-wrap break-words">
              <MaybeLink text={step.text} href={step.href} />
            </li>
          ))}
        </ol>
      </Section>
      <Section level={level} title="Affected resources">
        {d.resources.length === 0 ? <p className="text-muted">Azure named none.</p> : null}
        <ul className="space-y-2 empty:hidden">
          {d.resources.map((one) => (
            <li key={one.id} className="flex items-start gap-2">
              <div className="min-w-0 flex-1">
                <p className="font-medium break-words">
                  {one.name} <span className="font-normal text-muted">{one.resourceType || one.kind}</span>
                </p>
                <p className="font-mono text-xs break-all text-muted">{one.id}</p>
              </div>
              <CopyButton show="icon" label={`Copy the id of ${one.name}`} value={one.id} />
            </li>
          ))}
        </ul>
      </Section>
      <Section level={level} title="Tactics and techniques">
        <Tactics tactics={d.tactics} techniques={d.techniques} />
      </Section>
      <Section level={level} title="Entities">
        <Entities entities={d.entities} />
      </Section>
      <Section level={level} title="When">
        <Clocks detection={d} />
      </Section>
      <Section level={level} title="Extended properties">
        {d.extendedProperties.length === 0 ? <p className="text-muted">Azure gave none.</p> : null}
        <dl className="divide-y divide-line empty:hidden">
          {d.extendedProperties.map((one) => (
            <div
              key={one.name}
              className={`grid grid-cols-[minmax(0,1fr)] gap-x-4 py-1.5 ${inPane ? "" : "md:grid-cols-[14rem_minmax(0,1fr)]"}`}
            >
              <dt className="break-words text-muted">{one.name}</dt>
              <dd className="[overflow-wrap:anywhere]">
                <MaybeLink text={one.value.text} href={one.value.href} />
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      {d.links.length > 0 ? (
        <Section level={level} title="Links">
          <ul className="space-y-1">
            {d.links.map((link) => (
              <li key={`${link.text} ${link.href}`} className="break-words">
                <MaybeLink text={link.text} href={link.href} />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Section level={level} title="Timeline">
        <ol className="space-y-3 border-l border-line pl-4">
          {d.timeline.map((entry) => (
            <li key={entry.id} className="break-words">
              <p>{entry.text}</p>
              {entry.note ? (
                <p className="my-1 border-l-2 border-accent pl-2 whitespace-pre-wrap">{entry.note}</p>
              ) : null}
              <p className="text-xs text-muted">
                {entry.by === entry.where ? entry.by : `${entry.by} · ${entry.where}`} ·{" "}
                <ExactMoment iso={entry.at} />
              </p>
            </li>
          ))}
        </ol>
      </Section>
      {d.recipients.length > 0 ? (
        <Section level={level} title="Who was told">
          <ToldList recipients={d.recipients} />
        </Section>
      ) : null}
      <Section level={level} title="How it arrived">
        <Arrival detection={d} />
      </Section>
      <RawAlert detection={d} />
    </article>
  );
}

function Actions({ detection: d, inPane, onStatus, onAcknowledge }: Omit<Props, "nowIso">) {
  const primary = d.acknowledgedBy ? "status" : "acknowledge";
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {d.canTriage ? (
          <span className={inPane ? "contents" : "hidden md:contents"}>
            {d.acknowledgedBy ? null : (
              <ActionButton tone={primary === "acknowledge" ? "primary" : "quiet"} onAct={onAcknowledge}>
                Acknowledge
              </ActionButton>
            )}
            <Button
              tone={primary === "status" ? "primary" : "quiet"}
              disabled={d.pendingStatus !== null || d.writeBlock !== null}
              onClick={() => onStatus(null)}
            >
              Change status
            </Button>
          </span>
        ) : null}
        {d.consoleUrl ? (
          <a
            className={buttonStyle({ tone: "quiet" })}
            href={d.consoleUrl}
            target="_blank"
            rel="noreferrer"
            data-azure-link
          >
            <ExternalLink aria-hidden="true" size={16} /> Open in Azure
          </a>
        ) : null}
        <CopyButton label="Copy for ticket" value={d.ticketText} />
        {d.kql === null ? null : <CopyButton label="Copy KQL" value={d.kql} />}
      </div>
      {d.canTriage && !inPane ? (
        <div className="fixed inset-x-0 bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-10 flex gap-2 border-t border-line bg-raised p-2 md:hidden">
          {d.acknowledgedBy ? null : (
            <ActionButton tone="primary" className="flex-1" onAct={onAcknowledge}>
              Acknowledge
            </ActionButton>
          )}
          <Button
            tone={d.acknowledgedBy ? "primary" : "quiet"}
            className="flex-1"
            disabled={d.pendingStatus !== null || d.writeBlock !== null}
            onClick={() => onStatus(null)}
          >
            Change status
          </Button>
        </div>
      ) : null}
    </>
  );
}
