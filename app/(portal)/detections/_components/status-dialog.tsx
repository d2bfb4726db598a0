"use client";

import { type KeyboardEvent, type Ref, useEffect, useEffectEvent, useRef, useState } from "react";
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
import { capital } from "#lib/domain/text.ts";
import { neutralWords, type Words } from "#lib/domain/vendor-words.ts";
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
  /** the allowed status changes, by vendor */
  transitions: Readonly<Record<string, Transitions>>;
  /** the vendor's own terms, by vendor */
  words: Readonly<Record<string, Words>>;
  onClose: () => void;
  onAsk: (to: TargetStatus, subjects: Subject[], note: string) => void;
};

const readable = (names: string[]) =>
  names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

/** A sentence that lists the statuses that can follow `status`. */
const nextOf = (status: TargetStatus, transitions: Transitions | undefined) =>
  transitions ? `From there: ${readable(transitions[status].map((subject) => statusLabel[subject]))}.` : "";

/** Why `target` can't be set from the status `from`, and through which third status it can be reached. */
function detourTo(
  target: TargetStatus,
  from: Status,
  transitions: Transitions | undefined,
  provider: string,
): string {
  const before = targetStatuses.filter((status) => transitions?.[status].includes(target));
  if (before.length === 0) return `${provider} has no such status`;
  const step = before.find((status) => transitions?.[from].includes(status));
  const only = `${provider} allows this only from ${readable(before.map((status) => statusLabel[status]))}.`;
  return step ? `${only} Set it to ${statusLabel[step]} first.` : only;
}

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
  const [note, setNote] = useState("");
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

type ChoicesProps = Pick<Props, "subjects" | "transitions" | "words"> & {
  /** returns the detections that can be set to this status now */
  able: (to: TargetStatus) => Subject[];
  to: TargetStatus | null;
  onChange: (to: TargetStatus) => void;
};

/** The list of all statuses, each with its meaning, or with the reason why it can't be set. */
function StatusChoices({ subjects, transitions, words, able, to, onChange }: ChoicesProps) {
  const [first] = subjects;
  const many = subjects.length > 1;
  const why = (target: TargetStatus): string => {
    if (many) return "Not possible from their current status";
    if (!first || first.pendingStatus) return "Another change is on its way";
    if (first.status === target) return "Current status";
    const provider = words[first.vendor]?.provider ?? neutralWords.provider;
    return detourTo(target, first.status, transitions[first.vendor], capital(provider));
  };
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
              className="mt-0.5 size-4"
              disabled={count === 0}
              checked={to === target}
              onChange={() => onChange(target)}
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

type NoteProps = {
  ref: Ref<HTMLTextAreaElement>;
  /** whether Enter alone sends the form, because a key opened the dialog */
  isEnterSending: boolean;
  /** the chosen status if it needs a note, otherwise null */
  requiredFor: TargetStatus | null;
  note: string;
  onChange: (note: string) => void;
};

/** Whether a key press in the note sends the form. Enter that ends an input method's composition or is held down doesn't. */
const isSending = (event: KeyboardEvent<HTMLTextAreaElement>, isEnterSending: boolean) =>
  event.key === "Enter" &&
  !event.repeat &&
  !event.nativeEvent.isComposing &&
  (event.ctrlKey || event.metaKey || (isEnterSending && !event.shiftKey));

/** The field for the note of a status change. Ctrl+Enter sends the form; after a shortcut, Enter alone does too. */
function NoteField({ ref, isEnterSending, requiredFor, note, onChange }: NoteProps) {
  return (
    <div>
      <label htmlFor="status-note" className="text-sm font-medium">
        Note{" "}
        <span className="font-normal text-muted">
          {requiredFor ? `(needed for ${statusLabel[requiredFor]})` : "(optional)"}
        </span>
      </label>
      <textarea
        ref={ref}
        id="status-note"
        className="mt-1 block min-h-20 w-full rounded-md border border-line bg-raised p-2 text-base md:text-sm"
        maxLength={noteLengthMax}
        value={note}
        aria-describedby="status-note-help"
        onKeyDown={(event) => {
          if (!isSending(event, isEnterSending)) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id="status-note-help" className="mt-1 flex justify-between gap-3 text-xs text-muted">
        <span>
          Saved in PocketSOC only. Shown on the next alert like this.
          {isEnterSending ? " Enter sends, Shift+Enter starts a new line." : ""}
        </span>
        <span className="tabular-nums">{`${note.length}/${noteLengthMax}`}</span>
      </p>
    </div>
  );
}
