"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { confirmationWord, isConfirmation } from "#lib/domain/confirmation.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { inputStyle } from "./field.tsx";

export type Question = {
  title: string;
  /** the consequences of the action */
  text: ReactNode;
  /** the text of the button that confirms */
  confirm: string;
  confirmTone?: "primary" | "danger";
  /** whether the action can't be undone, so that the person must type a word first */
  isForGood?: boolean;
  /** whether a key opened the dialog, so that Enter alone confirms */
  isEnterConfirming?: boolean;
};

type Props = Question & {
  busy?: boolean;
  problem?: string;
  onConfirm: (typed: string) => void;
  onClose: () => void;
};

/** A dialog that asks for confirmation. */
export function ConfirmDialog(props: Props) {
  const { title, text, confirm, confirmTone = "primary", isForGood = false, busy = false, problem } = props;
  const { isEnterConfirming = false } = props;
  const [typed, setTyped] = useState("");
  const confirmRef = useRef<HTMLButtonElement>(null);
  // after the dialog has moved the focus to its first button
  useEffect(() => {
    if (isEnterConfirming) confirmRef.current?.focus();
  }, [isEnterConfirming]);
  return (
    <Dialog title={title} onClose={props.onClose}>
      <form
        className="text-sm"
        onSubmit={(event) => {
          event.preventDefault();
          props.onConfirm(typed);
        }}
      >
        <div className="space-y-2 break-words">{typeof text === "string" ? <p>{text}</p> : text}</div>
        {isForGood ? (
          <label className="mt-3 block">
            Type <strong>{confirmationWord}</strong> to confirm it
            <input
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className={inputStyle}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
        ) : null}
        {problem ? (
          <p role="alert" className="mt-3 text-danger">
            {problem}
          </p>
        ) : null}
        <div className="mt-4 flex flex-wrap gap-2">
          <Button
            ref={confirmRef}
            type="submit"
            tone={confirmTone}
            disabled={busy || (isForGood && !isConfirmation(typed))}
          >
            {confirm}
          </Button>
          <Button onClick={props.onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
