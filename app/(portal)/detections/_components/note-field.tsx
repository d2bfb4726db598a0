import { type KeyboardEvent, type Ref, useRef } from "react";
import { statusLabel, type TargetStatus } from "#lib/domain/status.ts";
import { noteLengthMax } from "#lib/domain/triage.ts";

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
export function NoteField({ ref, isEnterSending, requiredFor, note, onChange }: NoteProps) {
  const isReleased = useRef(false);
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
        className="mt-1 block min-h-20 w-full rounded-md border border-field bg-raised p-2 text-base md:text-sm"
        maxLength={noteLengthMax}
        value={note}
        aria-describedby="status-note-help"
        onKeyUp={() => {
          isReleased.current = true;
        }}
        onKeyDown={(event) => {
          // the key that opened the dialog is still held down, and would type itself
          if (event.repeat && !isReleased.current) return event.preventDefault();
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
