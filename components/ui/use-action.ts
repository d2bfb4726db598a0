"use client";

import {
  unstable_isUnrecognizedActionError as isUnknownAction,
  unstable_rethrow as rethrowRedirect,
  useRouter,
} from "next/navigation";
import { useState, useTransition } from "react";

/** What a server action answers: the value, or our own sentence on why not. */
export type Answer<T> = { ok: true; value: T } | { ok: false; message: string };

const outdated =
  "PocketSOC was updated since this page was opened, so nothing was changed. Reload the page, then try again.";

/**
 * What to say of a call that threw instead of answering: `unreachable`, or that the page is older than the portal.
 * A redirect is no failure, and goes on its way.
 */
export function problemOfCall(error: unknown, unreachable: string): string {
  rethrowRedirect(error);
  return isUnknownAction(error) ? outdated : unreachable;
}

/**
 * Runs server actions: whether one is under way, and the problem of the last in words, `unreachable` when it had no
 * answer. Once one has answered, `done` gets its value and the page is read anew.
 */
export function useAction(
  unreachable = "The portal could not be reached. Reload the page to see what was done.",
): {
  busy: boolean;
  problem: string;
  run: <T>(action: () => Promise<Answer<T>>, done?: (value: T) => void) => void;
} {
  const router = useRouter();
  const [problem, setProblem] = useState("");
  const [busy, startTransition] = useTransition();
  async function call<T>(action: () => Promise<Answer<T>>, done?: (value: T) => void): Promise<void> {
    let answer: Answer<T>;
    try {
      answer = await action();
    } catch (error) {
      // the page isn't read anew: where nothing answers, that would lose it to the browser's own error
      return setProblem(problemOfCall(error, unreachable));
    }
    setProblem(answer.ok ? "" : answer.message);
    if (answer.ok) done?.(answer.value);
    router.refresh();
  }
  return { busy, problem, run: (action, done) => startTransition(() => call(action, done)) };
}
