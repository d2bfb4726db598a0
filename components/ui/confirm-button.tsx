"use client";

import { type ReactNode, useState } from "react";
import { Button, type ButtonLook } from "./button.tsx";
import { ConfirmDialog, type Question } from "./confirm-dialog.tsx";
import { type Answer, useAction } from "./use-action.ts";

type Props<T> = Question &
  Pick<ButtonLook, "tone"> & {
    /** what the button says */
    children: ReactNode;
    /** what both buttons say while it is done */
    busyLabel?: string;
    "aria-label"?: string;
    /** `typed` is the word that was typed where one has to be */
    action: (typed: string) => Promise<Answer<T>>;
    done?: (value: T) => void;
    /** what to say when the portal didn't answer */
    unreachable?: string;
  };

/**
 * Asks, then acts. The question stays until there is an answer, and says why it wasn't done; closed meanwhile, the button
 * says so.
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
