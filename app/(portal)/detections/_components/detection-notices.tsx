import Link from "next/link";
import { ActionButton } from "#components/ui/action-button.tsx";
import { Button } from "#components/ui/button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PlaceText } from "#components/ui/place-text.tsx";
import { statusLabel } from "#lib/domain/status.ts";
import { judgements } from "#lib/domain/verdict.ts";
import { accountsLabel } from "#lib/domain/vendor-words.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";
import { UnknownNotice } from "./arrival.tsx";

type Props = {
  detection: DetectionDetail;
  nowIso: string;
  /** asks for the change that wasn't saved once more */
  onRetry: () => void;
  onGiveUp: () => void;
};

/** The warnings about a detection that a person must read before they change its status. */
export function DetectionNotices({ detection: d, nowIso, onRetry, onGiveUp }: Props) {
  const { provider } = d.words;
  return (
    <>
      {d.pendingStatus ? (
        <Notice
          title={`${d.syncState === "held" ? "About to send" : "Sending"} ${statusLabel[d.pendingStatus]} to ${provider} …`}
        >
          {`The status stays ${statusLabel[d.status]} until ${provider} confirms the change.`}
        </Notice>
      ) : null}
      {d.stateSentence ? (
        <Notice
          tone="danger"
          title={
            d.notSaved
              ? `Not saved: ${d.notSaved.reason ? judgements[d.notSaved.reason].label : statusLabel[d.notSaved.to]}`
              : `The last change did not take effect in ${provider}`
          }
        >
          {d.stateSentence}
          {d.canTriage && d.notSaved ? (
            <span className="mt-2 flex gap-2">
              <Button disabled={d.writeBlock !== null} onClick={onRetry}>
                Try again
              </Button>
              <ActionButton onAct={onGiveUp}>Give up</ActionButton>
            </span>
          ) : null}
        </Notice>
      ) : null}
      {d.unconfirmedSince ? (
        <Notice tone="warning" title={`${provider} hasn't confirmed your access`}>
          Last confirmed <Moment iso={d.unconfirmedSince} nowIso={nowIso} />. Sign in again under{" "}
          <Link className="text-accent underline" href="/settings/accounts">
            {accountsLabel(d.words)}
          </Link>
          .
        </Notice>
      ) : null}
      <UnknownNotice detection={d} />
      {d.writeBlock && !d.unconfirmedSince && !d.copies.unknown ? (
        <Notice title="You can't change its status yet">
          <PlaceText>{d.writeBlock}</PlaceText>
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
