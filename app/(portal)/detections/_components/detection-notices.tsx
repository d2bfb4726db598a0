import Link from "next/link";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { statusLabel } from "#lib/domain/status.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";
import { UnknownNotice } from "./arrival.tsx";

/** What a person has to know of a detection before they decide anything about it. */
export function DetectionNotices({ detection: d, nowIso }: { detection: DetectionDetail; nowIso: string }) {
  return (
    <>
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
    </>
  );
}
