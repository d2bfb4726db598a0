"use client";

import { ExternalLink } from "lucide-react";
import { Chip, SeverityMark, StatusMark } from "#components/detections/marks.tsx";
import { ActionButton } from "#components/ui/action-button.tsx";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { isClosed, type TargetStatus } from "#lib/domain/status.ts";
import { isUrgent } from "#lib/domain/severity.ts";
import { judgements } from "#lib/domain/verdict.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";
import { Arrival, RawAlert } from "./arrival.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Properties, Remediation, Resources, Timeline } from "./detection-lists.tsx";
import { DetectionNotices } from "./detection-notices.tsx";
import { Clocks, Entities, MaybeLink, Section, Tactics, unconfirmedText } from "./detection-parts.tsx";
import type { Preset } from "./status-dialog.tsx";
import { ToldList } from "./told-list.tsx";

type Props = {
  detection: DetectionDetail;
  nowIso: string;
  /** whether the view is in the pane beside the list; the page then has another heading above the view */
  inPane?: boolean;
  onStatus: (preset: Preset | null) => void;
  /** acknowledges the detection, or asks whether to take it over from its owner */
  onAcknowledge: () => void;
  onRelease: () => void;
  onGiveUp: () => void;
};

const presetOf = ({ to, reason }: NonNullable<DetectionDetail["notSaved"]>): Preset => ({
  to,
  ...(reason ? { reason } : {}),
});

/** Everything about one detection, for the detection's page and for the pane beside the list. */
export function DetectionView({ detection: d, nowIso, inPane, ...acts }: Props) {
  const Title = inPane ? "h2" : "h1";
  const level = inPane ? "h3" : "h2";
  return (
    <article translate="no" className="space-y-6" aria-label={d.title}>
      <header className="space-y-3">
        <div className="flex flex-wrap items-center gap-2">
          <SeverityMark severity={d.severity} />
          <StatusMark status={d.status} />
          {d.isSample ? <Chip>Sample</Chip> : null}
          {d.isIncident ? <Chip>Incident</Chip> : null}
          <span className="text-sm text-muted">
            <Moment iso={d.occurredAt} nowIso={nowIso} />
          </span>
        </div>
        <Title className={`font-semibold break-words ${inPane ? "text-lg" : "text-xl"}`}>{d.title}</Title>
        <p className="text-sm break-words text-muted">
          {[d.resourceName, d.configurationName, d.words.provider].filter(Boolean).join(" · ")}
          {d.acknowledgedBy && d.acknowledgedAt ? (
            <>
              {d.isMine ? " · yours since " : ` · ${d.acknowledgedBy} owns it since `}
              <Moment iso={d.acknowledgedAt} nowIso={nowIso} />
            </>
          ) : null}
          {d.silentOwner && !isClosed(d.status) ? ` · ${d.silentOwner} owned it and was silent` : null}
          {d.reason ? ` · ${judgements[d.reason].label}` : null}
        </p>
        <Actions detection={d} nowIso={nowIso} inPane={inPane} {...acts} />
        <DetectionNotices
          detection={d}
          nowIso={nowIso}
          onRetry={() => acts.onStatus(d.notSaved && presetOf(d.notSaved))}
          onGiveUp={acts.onGiveUp}
        />
      </header>
      <Section level={level} title="Description">
        <p translate="yes" className="whitespace-pre-wrap break-words">
          {d.description || `${d.words.provider} gave none.`}
        </p>
      </Section>
      <Section level={level} title="Remediation steps">
        <Remediation detection={d} />
      </Section>
      <Section level={level} title="Affected resources">
        <Resources detection={d} />
      </Section>
      <Section level={level} title="Tactics and techniques">
        <Tactics detection={d} />
      </Section>
      <Section level={level} title="Entities">
        <Entities detection={d} />
      </Section>
      <Section level={level} title="When">
        <Clocks detection={d} />
      </Section>
      <Section level={level} title="Extended properties">
        <Properties detection={d} isNarrow={inPane} />
      </Section>
      {d.links.length > 0 ? (
        <Section level={level} title="Links">
          <ul className="space-y-1">
            {d.links.map((link) => (
              <li key={`${link.text} ${link.href}`} className="break-words">
                <MaybeLink text={link.text} href={link.href} unconfirmed={unconfirmedText(d)} />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Section level={level} title="Timeline">
        <Timeline entries={d.timeline} />
      </Section>
      {d.recipients.length > 0 ? (
        <Section level={level} title="Who was notified">
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

/** for this long after they took it, an owner isn't asked whether they still work on an alert */
const settledMs = 10 * 60_000;

/** Whether a detection is a High one of the reader's own that is taken back if nothing is done on it. */
const isKeepable = (d: DetectionDetail, nowIso: string) =>
  d.isMine &&
  d.status === "active" &&
  isUrgent(d.severity) &&
  !d.isSample &&
  Date.parse(nowIso) - Date.parse(d.acknowledgedAt ?? nowIso) > settledMs;

/** A button that asks for another verdict. The status stays. */
function JudgeButton({ to, onStatus }: { to: TargetStatus } & Pick<Props, "onStatus">) {
  return <Button onClick={() => onStatus({ to, isVerdict: true })}>Change verdict</Button>;
}

function Actions({
  detection: d,
  nowIso,
  inPane,
  onStatus,
  onAcknowledge,
  onRelease,
}: Omit<Props, "onGiveUp">) {
  const primary = d.acknowledgedBy ? "status" : "acknowledge";
  const own = isClosed(d.status)
    ? null
    : d.isMine
      ? isKeepable(d, nowIso)
        ? "Still on it"
        : null
      : d.acknowledgedBy
        ? "Take over"
        : "Acknowledge";
  return (
    // an element around both: a list's spacing would lift the bar off the navigation
    <div>
      <div className="flex flex-wrap gap-2">
        {d.canTriage ? (
          <span className={inPane ? "contents" : "hidden md:contents"}>
            {own ? (
              <ActionButton tone={primary === "acknowledge" ? "primary" : "quiet"} onAct={onAcknowledge}>
                {own}
              </ActionButton>
            ) : null}
            {d.canRelease ? <ActionButton onAct={onRelease}>Release</ActionButton> : null}
            {isClosed(d.status) && !d.pendingStatus && (d.status === "dismissed" || d.reason === null) ? (
              <JudgeButton to={d.status} onStatus={onStatus} />
            ) : null}
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
            data-console-link
          >
            <ExternalLink aria-hidden="true" size={16} /> {`Open in ${d.words.provider}`}
          </a>
        ) : null}
        {d.consoleUrl && unconfirmedText(d) ? (
          <span className="self-center text-sm text-muted">{unconfirmedText(d)}</span>
        ) : null}
        <CopyButton label="Copy for ticket" value={d.ticketText} />
        {d.kql === null ? null : <CopyButton label="Copy KQL" value={d.kql} />}
      </div>
      {d.canTriage && !inPane ? (
        <div className="fixed inset-x-0 bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-10 flex gap-2 border-t border-line bg-raised p-2 md:hidden">
          {own ? (
            <ActionButton
              tone={d.acknowledgedBy ? "quiet" : "primary"}
              className="flex-1"
              onAct={onAcknowledge}
            >
              {own}
            </ActionButton>
          ) : null}
          {d.canRelease ? (
            <ActionButton className="flex-1" onAct={onRelease}>
              Release
            </ActionButton>
          ) : null}
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
    </div>
  );
}
