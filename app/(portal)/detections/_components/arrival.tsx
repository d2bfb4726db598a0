"use client";

import { useState } from "react";
import { ExactMoment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { DetectionDetail } from "#lib/triage/get.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";

type Props = { detection: DetectionDetail };

/** A warning about an alert that only the webhook brought and that no complete poll has found. */
export function UnknownNotice({ detection: { copies, words } }: Props) {
  if (!copies.unknown) return null;
  return (
    <Notice tone="warning" title={`${words.provider} doesn't know this alert`}>
      {`It came by webhook, and polling the whole ${words.scope} has not found it. Anyone with the webhook URL can post alerts, so treat its contents with care. Its status can't be changed in ${words.provider}.`}
    </Notice>
  );
}

/** When the poll and the webhook brought the alert, and what PocketSOC adjusted in order to read the alert. */
export function Arrival({ detection: { copies, remarks } }: Props) {
  const ways = [
    { how: "By webhook", at: copies.firstDeliveredAt },
    { how: "Found by poll", at: copies.firstPolledAt },
  ]
    .flatMap(({ how, at }) => (at ? [{ how, at }] : []))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return (
    <>
      <ul>
        {ways.map(({ how, at }) => (
          <li key={how}>
            {how} <ExactMoment iso={at} />
          </li>
        ))}
        {copies.firstPolledAt ? null : <li className="text-muted">No poll has found it yet.</li>}
      </ul>
      <ul className="mt-2 list-disc pl-5 empty:hidden">
        {remarks.map((remark) => (
          <li key={remark}>{remark}</li>
        ))}
      </ul>
    </>
  );
}

/**
 * The alert as PocketSOC received it. If both the poll and the webhook brought the alert, the person can switch between the
 * two texts.
 */
export function RawAlert({ detection: { raw, webhookRaw, copies } }: Props) {
  const [copy, setCopy] = useState<"poll" | "webhook">("poll");
  const text = webhookRaw !== null && copy === "webhook" ? webhookRaw : raw;
  const only = copies.firstPolledAt ? "as the poll found it" : "as the webhook brought it";
  return (
    <details className="rounded-md border border-line bg-raised p-3 text-sm">
      <summary className="min-h-11 cursor-pointer py-2.5 font-medium md:min-h-6 md:py-0">Raw alert</summary>
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2">
        <CopyButton key={text} label="Copy raw alert" value={text} />
        {webhookRaw === null ? (
          <span className="text-muted">{only}</span>
        ) : (
          <fieldset className="flex flex-wrap gap-x-4">
            <legend className="sr-only">Which copy</legend>
            {(["poll", "webhook"] as const).map((one) => (
              <label key={one} className="inline-flex min-h-11 items-center gap-2 md:min-h-6">
                <input type="radio" name="raw-copy" checked={copy === one} onChange={() => setCopy(one)} />
                {one === "poll" ? "As the poll found it" : "As the webhook brought it"}
              </label>
            ))}
          </fieldset>
        )}
      </div>
      <pre
        tabIndex={0}
        aria-label="Raw alert"
        className="mt-2 max-h-96 overflow-auto rounded bg-surface p-2 font-mono text-xs"
      >
        {text}
      </pre>
    </details>
  );
}
