"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";

type Answer<T> = { ok: true; value: T } | { ok: false; message: string };

/** Runs one server action at a time: whether one is under way, and the problem of the last, in words. */
export function useAct(): {
  busy: boolean;
  problem: string;
  run: <T>(action: () => Promise<Answer<T>>, done: (value: T) => void) => void;
} {
  const router = useRouter();
  const [problem, setProblem] = useState("");
  const [busy, startTransition] = useTransition();
  return {
    busy,
    problem,
    run: (action, done) =>
      startTransition(async () => {
        try {
          const answer = await action();
          setProblem(answer.ok ? "" : answer.message);
          if (answer.ok) done(answer.value);
          router.refresh();
        } catch {
          setProblem("The portal could not be reached. Reload the page to see what was done.");
        }
      }),
  };
}
