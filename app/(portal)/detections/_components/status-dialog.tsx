"use client";

import { useEffect, useEffectEvent, useRef, useState } from "react";
import { StatusPill } from "#components/detections/marks.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { statusLabel, type TargetStatus } from "#lib/domain/status.ts";
import { noteMissing } from "#lib/domain/triage.ts";
import { keptNote } from "./kept-notes.ts";
import { NoteField } from "./note-field.tsx";
import { changeable, StatusChoices, type Subject, Unable, type Vendors } from "./status-choices.tsx";

type Props = Vendors & {
  subjects: Subject[];
  preset: TargetStatus | null;
  noteRequired: readonly TargetStatus[];
  onClose: () => void;
  onAsk: (to: TargetStatus, subjects: Subject[], note: string) => void;
};

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

/** The dialog that asks for a new status of one or many detections, and for a note. */
export function StatusDialog(props: Props) {
  const { subjects, preset, noteRequired, transitions, onClose, onAsk } = props;
  const able = (to: TargetStatus) =>
    subjects.filter(
      (subject) => !subject.pendingStatus && transitions[subject.vendor]?.[subject.status].includes(to),
    );
  const [to, setTo] = useState<TargetStatus | null>(preset && able(preset).length > 0 ? preset : null);
  const [note, setNote] = useState(() => keptNote(subjects.map(({ id }) => id)));
  const [missing, setMissing] = useState<string | null>(null);
  const noteRef = useRef<HTMLTextAreaElement>(null);
  // whoever chose the status by a key may type on, and a space on a focused button would send the change. Only once: later
  // the feed's next reading would move the focus
  const focusFirst = useEffectEvent(() => {
    if (preset) noteRef.current?.focus();
  });
  useEffect(() => focusFirst(), []);
  const many = subjects.length > 1;
  const [first] = subjects;
  const count = changeable({ subjects, able, to }).length;
  return (
    <Dialog
      title={
        many ? `Change status of ${count === 1 ? "1 detection" : `${count} detections`}` : "Change status"
      }
      shape="sheet"
      onClose={onClose}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!to) return setMissing("Choose a status.");
          if (noteRequired.includes(to) && note.trim() === "") return setMissing(noteMissing(to));
          ignoreSecondClick();
          onAsk(to, able(to), note.trim());
        }}
      >
        {many ? (
          <Unable {...props} able={able} to={to} />
        ) : (
          <p className="text-sm break-words text-muted">
            {first?.title} {first ? <StatusPill status={first.status} /> : null}
          </p>
        )}
        <StatusChoices
          {...props}
          able={able}
          to={to}
          onChange={(target) => {
            setTo(target);
            setMissing(null);
          }}
        />
        <NoteField
          ref={noteRef}
          isEnterSending={preset !== null}
          requiredFor={to && noteRequired.includes(to) ? to : null}
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
            {to ? `Set ${statusLabel[to]}` : "Set status"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
