"use client";

import { type ReactNode, useState } from "react";
import { Button, type ButtonLook } from "./button.tsx";
import { ConfirmDialog, type Question } from "./confirm-dialog.tsx";
import { type Answer, useAction } from "./use-action.ts";

type Props<T> = Question &
  Pick<ButtonLook, "tone"> & {
    /** the button's text */
    children: ReactNode;
    /** the text of the button and of the dialog's button while the action runs */
    busyLabel?: string;
    "aria-label"?: string;
    /** `typed` is the word that the person typed, if the dialog asks for one */
    action: (typed: string) => Promise<Answer<T>>;
    done?: (value: T) => void;
    /** the message if the portal doesn't answer */
    unreachable?: string;
  };

/**
 * A button that asks for confirmation in a dialog, then calls `action`. The dialog stays open until `action` has finished.
 * If `action` failed, the dialog says why; if the dialog is closed by then, the text beside the button does.
 */
export function ConfirmButton<T>(props: Props<T>) {
  const { children, busyLabel, tone, action, done, unreachable, confirm, ...question } = props;
  const [isAsked, setAsked] = useState(false);
  const { busy, problem, run } = useAction(unreachable);
  const act = (typed: string) =>
    run(() => action(typed), {
      done: (value) => {
        setAsked(false);
        done?.(value);
      },
    });
  return (
    <>
      <Button tone={tone} aria-label={props["aria-label"]} disabled={busy} onClick={() => setAsked(true)}>
        {busy && busyLabel ? busyLabel : children}
      </Button>
      {isAsked ? (
        <ConfirmDialog
          {...question}
          confirm={busy && busyLabel ? busyLabel : confirm}
          busy={busy}
          problem={problem}
          onConfirm={act}
          onClose={() => setAsked(false)}
        />
      ) : null}
      <output className="order-last block basis-full text-danger empty:hidden">
        {isAsked ? "" : problem}
      </output>
    </>
  );
}
