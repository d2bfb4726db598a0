"use client";

import { useEffect, useEffectEvent, useRef, useState } from "react";
import { StatusPill } from "#components/detections/marks.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import {
  type Status,
  statusLabel,
  statusMeaning,
  type TargetStatus,
  type Transitions,
  targetStatuses,
} from "#lib/domain/status.ts";
import { noteLengthMax, noteMissing } from "#lib/domain/triage.ts";

export type Subject = {
  id: string;
  title: string;
  status: Status;
  pendingStatus: TargetStatus | null;
  vendor: string;
};

type Props = {
  subjects: Subject[];
  preset: TargetStatus | null;
  noteRequired: readonly TargetStatus[];
  /** by vendor */
  transitions: Readonly<Record<string, Transitions>>;
  onClose: () => void;
  onAsk: (to: TargetStatus, subjects: Subject[], note: string) => void;
};

const readable = (names: string[]) =>
  names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

/** What may follow a status, in words. */
const nextOf = (status: TargetStatus, transitions: Transitions | undefined) =>
  transitions ? `From there: ${readable(transitions[status].map((one) => statusLabel[one]))}.` : "";

/** The second click of a double-click would fall on what stood under the dialog. */
function ignoreSecondClick(): void {
  const ignore = (event: MouseEvent) => {
    if (event.detail < 2) return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("click", ignore, { capture: true });
  setTimeout(() => document.removeEventListener("click", ignore, { capture: true }), 500);
}

/** Chooses a status for one or many, with what it means and what it allows next. */
export function StatusDialog({ subjects, preset, noteRequired, transitions, onClose, onAsk }: Props) {
  const able = (to: TargetStatus) =>
    subjects.filter((one) => !one.pendingStatus && transitions[one.vendor]?.[one.status].includes(to));
  const [to, setTo] = useState<TargetStatus | null>(preset && able(preset).length > 0 ? preset : null);
  const [note, setNote] = useState("");
  const [missing, setMissing] = useState<string | null>(null);
  const sendRef = useRef<HTMLButtonElement>(null);
  const noteRef = useRef<HTMLTextAreaElement>(null);
  // chosen by a key: Enter sends it, unless a note has to come first; once, or the feed's next look would take
  // the focus away from who writes a note
  const focusFirst = useEffectEvent(() => {
    if (!preset) return;
    if (noteRequired.includes(preset)) noteRef.current?.focus();
    else sendRef.current?.focus();
  });
  useEffect(() => focusFirst(), []);
  const many = subjects.length > 1;
  const [first] = subjects;

  return (
    <Dialog
      title={many ? `Change status of ${subjects.length} detections` : "Change status"}
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
        {many ? null : (
          <p className="text-sm break-words text-muted">
            {first?.title} {first ? <StatusPill status={first.status} /> : null}
          </p>
        )}
        <StatusChoices
          subjects={subjects}
          transitions={transitions}
          chosen={to}
          able={able}
          onChoose={(target) => {
            setTo(target);
            setMissing(null);
          }}
        />
        <div>
          <label htmlFor="status-note" className="text-sm font-medium">
            Note{" "}
            <span className="font-normal text-muted">
              {to && noteRequired.includes(to) ? `(needed for ${statusLabel[to]})` : "(optional)"}
            </span>
          </label>
          <textarea
            ref={noteRef}
            id="status-note"
            className="mt-1 block min-h-20 w-full rounded-md border border-line bg-raised p-2 text-base md:text-sm"
            maxLength={noteLengthMax}
            value={note}
            aria-describedby="status-note-help"
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
                event.currentTarget.form?.requestSubmit();
            }}
            onChange={(event) => {
              setNote(event.target.value);
              setMissing(null);
            }}
          />
          <p id="status-note-help" className="mt-1 flex justify-between gap-3 text-xs text-muted">
            <span>Kept in our timeline; Azure isn't told. Shown on the next alert like this.</span>
            <span className="tabular-nums">{`${note.length}/${noteLengthMax}`}</span>
          </p>
        </div>
        {missing ? (
          <p role="alert" className="text-sm text-danger">
            {missing}
          </p>
        ) : null}
        <div className="flex gap-2">
          <Button ref={sendRef} type="submit" tone="primary" className="flex-1 md:flex-none">
            {to ? `Set ${statusLabel[to]}` : "Set status"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}

type ChoicesProps = Pick<Props, "subjects" | "transitions"> & {
  chosen: TargetStatus | null;
  /** those that can go to a status from where they are */
  able: (to: TargetStatus) => Subject[];
  onChoose: (to: TargetStatus) => void;
};

/** Each status with what it means, or why it can't be chosen. */
function StatusChoices({ subjects, transitions, chosen, able, onChoose }: ChoicesProps) {
  const [first] = subjects;
  const many = subjects.length > 1;
  function why(target: TargetStatus): string {
    if (many) return `None of the ${subjects.length} can go there from where they are.`;
    if (first?.pendingStatus) return "A change is on its way already.";
    if (first?.status === target) return "It is this already.";
    return "Azure leads here only from Active. Set it back to Active first.";
  }

  return (
    <fieldset className="space-y-2">
      <legend className="sr-only">Status</legend>
      {targetStatuses.map((target) => {
        const count = able(target).length;
        return (
          <label
            key={target}
            className="grid cursor-pointer grid-cols-[auto_1fr] gap-x-3 rounded-md border border-line p-3 text-sm has-checked:border-accent has-checked:bg-chosen has-disabled:cursor-not-allowed has-disabled:text-muted"
          >
            <input
              type="radio"
              name="status"
              className="mt-0.5 size-4 accent-accent"
              disabled={count === 0}
              checked={chosen === target}
              onChange={() => onChoose(target)}
            />
            <span className="font-medium">
              {statusLabel[target]}
              {many && count > 0 && count < subjects.length ? ` – ${count} of ${subjects.length} can` : ""}
            </span>
            <span className="col-start-2 text-muted">
              {count === 0
                ? why(target)
                : `${statusMeaning[target]}. ${nextOf(target, transitions[first?.vendor ?? ""])}`}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
