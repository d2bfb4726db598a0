"use client";

import { useEffect, useEffectEvent, useRef, useState } from "react";
import { StatusMark } from "#components/detections/marks.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { isUrgent } from "#lib/domain/severity.ts";
import { isClosed, statusLabel, type TargetStatus } from "#lib/domain/status.ts";
import { highMissing, noteMissing, undeterminedMissing } from "#lib/domain/triage.ts";
import { judgements, type Reason, reasons } from "#lib/domain/verdict.ts";
import { keptNote } from "./kept-notes.ts";
import { NoteField } from "./note-field.tsx";
import { impliedReason, ReasonChoices } from "./reason-choices.tsx";
import { changeable, StatusChoices, type Subject, Unable, type Vendors } from "./status-choices.tsx";

type Props = Vendors & {
  subjects: Subject[];
  preset: Preset | null;
  noteRequired: readonly TargetStatus[];
  onClose: () => void;
  onAsk: (decision: Decision, subjects: Subject[]) => void;
};

/** What a key or a button chose before the dialog opened. `isVerdict`: the status stays, and only the verdict is asked for. */
export type Preset = { to: TargetStatus; reason?: Reason; isVerdict?: true };

/** A status with the reason for it and a note. */
export type Decision = { to: TargetStatus; reason: Reason | null; note: string };

/** Drops the second click of a double-click, which would otherwise hit an element under the closed dialog. */
function ignoreSecondClick(): void {
  const ignore = (event: MouseEvent) => {
    if (event.detail < 2) return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("click", ignore, { capture: true });
  setTimeout(() => document.removeEventListener("click", ignore, { capture: true }), 500);
}

const isUrgentSubject = ({ severity, isSample }: Subject) => isUrgent(severity) && !isSample;

/** Whether a decision needs words: always to close a High, and where nothing can be told. A reason counts otherwise. */
function needsNote(
  { to, reason }: Pick<Decision, "to" | "reason">,
  subjects: readonly Subject[],
  noteRequired: readonly TargetStatus[],
): boolean {
  if (reason === "undetermined") return true;
  if (isClosed(to) && subjects.some((subject) => isUrgentSubject(subject) && subject.status !== to))
    return true;
  return reason === null && noteRequired.includes(to);
}

/** Whether a reason goes with a status, so that a detection that has it already can get another verdict. */
const hasReason = (to: TargetStatus) => reasons.some((reason) => judgements[reason].status === to);

/** Why a decision can't be sent yet; null if it can. */
function problemOf(
  decision: Decision,
  subjects: readonly Subject[],
  noteRequired: readonly TargetStatus[],
): string | null {
  const { to, reason, note } = decision;
  if (to === "dismissed" && reason === null) return "Choose why it is dismissed.";
  if (note !== "" || !needsNote(decision, subjects, noteRequired)) return null;
  if (reason === "undetermined") return undeterminedMissing;
  return isClosed(to) && subjects.some(isUrgentSubject) ? highMissing : noteMissing(to);
}

/** The words on the button that sends the decision. `isStaying`: the status is what it was. */
function submitLabel({ to, reason }: { to: TargetStatus | null; reason: Reason | null }, isStaying: boolean) {
  if (reason === "confirmed") return judgements.confirmed.label;
  if (isStaying) return "Change verdict";
  return to ? `Set ${statusLabel[to]}` : "Set status";
}

/** The dialog that asks for a new status of one or many detections, and for a note. */
export function StatusDialog(props: Props) {
  const { subjects, preset, noteRequired, transitions, onClose, onAsk } = props;
  const able = (to: TargetStatus) =>
    subjects.filter(
      (subject) =>
        !subject.pendingStatus &&
        (Boolean(transitions[subject.vendor]?.[subject.status].includes(to)) ||
          // of several, those that have it already are left alone
          (subjects.length === 1 && subject.status === to && hasReason(to))),
    );
  const isStaying = (to: TargetStatus) => able(to).every(({ status }) => status === to);
  const reasonOf = (to: TargetStatus) => impliedReason(to, isStaying(to));
  const [to, setTo] = useState<TargetStatus | null>(() => {
    if (!preset || able(preset.to).length === 0) return null;
    // a key for a status that it has already asks for nothing
    return isStaying(preset.to) && !preset.reason && !preset.isVerdict ? null : preset.to;
  });
  const [reason, setReason] = useState<Reason | null>(to === null ? null : (preset?.reason ?? reasonOf(to)));
  const [note, setNote] = useState(() => keptNote(subjects.map(({ id }) => id)));
  const [missing, setMissing] = useState<string | null>(null);
  const noteRef = useRef<HTMLTextAreaElement>(null);
  const reasonsRef = useRef<HTMLFieldSetElement>(null);
  // whoever chose the status by a key may type on, and a space on a focused button would send the change. Only once: later
  // the feed's next reading would move the focus
  const focusFirst = useEffectEvent(() => {
    if (preset) (reasonsRef.current ?? noteRef.current)?.focus();
  });
  useEffect(() => focusFirst(), []);
  const many = subjects.length > 1;
  const [first] = subjects;
  const count = changeable({ subjects, able, to }).length;
  return (
    <Dialog
      title={
        preset?.isVerdict
          ? "Change verdict"
          : many
            ? `Change status of ${count === 1 ? "1 detection" : `${count} detections`}`
            : "Change status"
      }
      shape="sheet"
      onClose={onClose}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!to) return setMissing("Choose a status.");
          const problem = problemOf({ to, reason, note: note.trim() }, able(to), noteRequired);
          if (problem) {
            if (reason || to !== "dismissed") noteRef.current?.focus();
            return setMissing(problem);
          }
          ignoreSecondClick();
          onAsk({ to, reason, note: note.trim() }, able(to));
        }}
      >
        {many ? (
          <Unable {...props} able={able} to={to} />
        ) : (
          <p className="text-sm break-words text-muted">
            {first?.title} {first ? <StatusMark status={first.status} /> : null}
          </p>
        )}
        {preset?.isVerdict ? (
          <p className="text-sm text-muted">The status stays as it is, and nothing is sent.</p>
        ) : (
          <StatusChoices
            {...props}
            able={able}
            to={to}
            onChange={(target) => {
              setTo(target);
              setReason(reasonOf(target));
              setMissing(null);
            }}
          />
        )}
        {to === "dismissed" ? (
          <ReasonChoices
            ref={reasonsRef}
            reason={reason}
            onChange={(chosen) => {
              setReason(chosen);
              setMissing(null);
            }}
          />
        ) : null}
        {reason === "confirmed" || (preset?.isVerdict && reason === "remediated") ? (
          <p className="text-sm text-muted">{judgements[reason].meaning}</p>
        ) : null}
        <NoteField
          ref={noteRef}
          isEnterSending={preset !== null}
          requiredFor={to && needsNote({ to, reason }, able(to), noteRequired) ? to : null}
          note={note}
          onChange={(text) => {
            setNote(text);
            setMissing(null);
          }}
        />
        {missing ? (
          <p role="alert" className="text-sm text-danger">
            {missing}
          </p>
        ) : null}
        <div className="flex gap-2">
          <Button type="submit" tone="primary" className="flex-1 md:flex-none">
            {submitLabel({ to, reason }, to !== null && isStaying(to))}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
