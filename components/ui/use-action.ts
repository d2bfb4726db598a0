"use client";

import {
  unstable_isUnrecognizedActionError as isUnknownAction,
  unstable_rethrow as rethrowRedirect,
  useRouter,
} from "next/navigation";
import { useState, useTransition } from "react";
import { canReread, isCurrent, pageState } from "./page-state.ts";
import { notForReader } from "#lib/domain/rendered-for.ts";
import { sessionEnded } from "#lib/domain/session.ts";

/**
 * A server action's answer: its value, or if the action was refused, a sentence for the person with messages for single
 * fields.
 */
export type Answer<T> =
  | { ok: true; value: T }
  | { ok: false; message: string; code?: string; fields?: Record<string, string> };

/** Why an action failed. If the portal didn't answer, `code` is "" and `fields` is empty. */
type Refusal = { problem: string; code: string; fields: Record<string, string> };

type Ending<T> = {
  /** the message after success */
  say?: string;
  done?: (value: T) => void;
  refused?: (why: Refusal) => void;
};

/** The state of a server action, for the component that calls it. */
export type Action = {
  /** whether the action is running or the page is being reread after it */
  busy: boolean;
  /** why the action failed, or "" */
  problem: string;
  /** the message after success, or "" */
  said: string;
  /** calls `action`; never throws */
  run: <T>(action: () => Promise<Answer<T>>, ending?: Ending<T>) => void;
  /** drops the message of the last call, such as when the person changes what they saved */
  clear: () => void;
};

const nothing = { problem: "", said: "" };
const outdated =
  "PocketSOC was updated since this page was opened, so nothing was changed. Reload the page, then try again.";

/**
 * Returns the message after a call of an action threw: `unreachable`, or a text that says that the page is older than the
 * portal or that the session has ended. Rethrows a redirect, because a redirect isn't a failure.
 */
export function problemOfCall(error: unknown, unreachable: string): string {
  rethrowRedirect(error);
  if (isUnknownAction(error)) {
    pageState.outdate();
    return outdated;
  }
  return error instanceof Error && error.message === sessionEnded ? sessionEnded : unreachable;
}

const forOther: readonly string[] = Object.values(notForReader);

/** Whether a refusal says that the page can't be reread: the browser would load another page instead. */
function endsPage(message: string): boolean {
  if (forOther.includes(message)) pageState.setForOther();
  if (message === sessionEnded) pageState.setSignedOut();
  return !isCurrent();
}

/**
 * Calls server actions from a component. `unreachable` is the message if the portal doesn't answer. Rereads the page after
 * an answer, unless `refreshes` is false.
 */
export function useAction(
  unreachable = "The portal could not be reached. Reload the page to see what was done.",
  { refreshes = true } = {},
): Action {
  const router = useRouter();
  const [outcome, setOutcome] = useState(nothing);
  const [inTransition, startTransition] = useTransition();
  const [calls, setCalls] = useState(0);
  async function call<T>(action: () => Promise<Answer<T>>, { say = "", done, refused }: Ending<T>) {
    let answer: Answer<T>;
    try {
      answer = await action();
    } catch (error) {
      // not reread: while nothing answers, that would replace the page with the browser's error page
      const problem = problemOfCall(error, unreachable);
      setOutcome({ problem, said: "" });
      return refused?.({ problem, code: "", fields: {} });
    }
    setOutcome(answer.ok ? { problem: "", said: say } : { problem: answer.message, said: "" });
    if (answer.ok) done?.(answer.value);
    else refused?.({ problem: answer.message, code: answer.code ?? "", fields: answer.fields ?? {} });
    // a page that can't be reread would be replaced, and what the person typed would be gone
    if (!refreshes || endsPage(answer.ok ? "" : answer.message)) return;
    // after a refusal the portal is asked first: it may be unable to render anything
    if (answer.ok || (await canReread())) router.refresh();
  }
  const run: Action["run"] = (action, ending = {}) => {
    // cleared first, so that the same message is announced again
    setOutcome(nothing);
    if (refreshes) return startTransition(() => call(action, ending));
    setCalls((count) => count + 1);
    call(action, ending)
      // a redirect, which the router handles
      .catch((error: unknown) =>
        startTransition(() => {
          throw error;
        }),
      )
      .finally(() => setCalls((count) => count - 1));
  };
  return { ...outcome, busy: inTransition || calls > 0, run, clear: () => setOutcome(nothing) };
}
