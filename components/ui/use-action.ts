"use client";

import {
  unstable_isUnrecognizedActionError as isUnknownAction,
  unstable_rethrow as rethrowRedirect,
  useRouter,
} from "next/navigation";
import { useState, useTransition } from "react";

/** What a server action answers: the value, or our own sentence on why not, with more of it by field. */
export type Answer<T> =
  | { ok: true; value: T }
  | { ok: false; message: string; code?: string; fields?: Record<string, string> };

/** Why an action wasn't done. Without an answer, `code` is "" and `fields` are none. */
type Refusal = { problem: string; code: string; fields: Record<string, string> };

type Ending<T> = {
  /** what to say once it is done */
  say?: string;
  done?: (value: T) => void;
  refused?: (why: Refusal) => void;
};

/** A server action as a component sees it. */
export type Action = {
  /** whether it is under way; where the page is reread, until that is done */
  busy: boolean;
  /** why it wasn't done, or "" */
  problem: string;
  /** what its `say` was, once it is done, or "" */
  said: string;
  /** never throws */
  run: <T>(action: () => Promise<Answer<T>>, ending?: Ending<T>) => void;
};

const nothing = { problem: "", said: "" };
const outdated =
  "PocketSOC was updated since this page was opened, so nothing was changed. Reload the page, then try again.";

/**
 * What to say of a call that threw instead of answering: `unreachable`, or that the page is older than the portal.
 * Throws a redirect again, which is no failure.
 */
export function problemOfCall(error: unknown, unreachable: string): string {
  rethrowRedirect(error);
  return isUnknownAction(error) ? outdated : unreachable;
}

/**
 * The one way to call a server action from a component. `unreachable` is said when it had no answer. The page is reread
 * after an answer; with `refreshes` false it isn't, and the call holds back no navigation.
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
      // the page isn't reread: where nothing answers, that would lose it to the browser's own error
      const problem = problemOfCall(error, unreachable);
      setOutcome({ problem, said: "" });
      return refused?.({ problem, code: "", fields: {} });
    }
    setOutcome(answer.ok ? { problem: "", said: say } : { problem: answer.message, said: "" });
    if (answer.ok) done?.(answer.value);
    else refused?.({ problem: answer.message, code: answer.code ?? "", fields: answer.fields ?? {} });
    if (refreshes) router.refresh();
  }
  const run: Action["run"] = (action, ending = {}) => {
    // said a second time, it is read aloud a second time
    setOutcome(nothing);
    if (refreshes) return startTransition(() => call(action, ending));
    setCalls((count) => count + 1);
    call(action, ending)
      // a redirect: the router takes it from here
      .catch((error: unknown) =>
        startTransition(() => {
          throw error;
        }),
      )
      .finally(() => setCalls((count) => count - 1));
  };
  return { ...outcome, busy: inTransition || calls > 0, run };
}
