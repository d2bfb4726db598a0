"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { problemOfCall } from "#components/ui/use-action.ts";
import type { ActionResult } from "#lib/http/action.ts";

/** Runs an action, reads the page anew and keeps what is to be said of it: `done`, the action's own words, or that it didn't arrive. */
export function useOutcome() {
  const router = useRouter();
  const [said, setSaid] = useState<{ tone: "success" | "danger"; title: string } | null>(null);
  const [busy, startTransition] = useTransition();
  const run = (work: () => Promise<ActionResult<unknown>>, done: string) =>
    startTransition(async () => {
      try {
        const answer = await work();
        setSaid(answer.ok ? { tone: "success", title: done } : { tone: "danger", title: answer.message });
        router.refresh();
      } catch (error) {
        const unreachable = "The portal could not be reached, so nothing was changed. Try again.";
        setSaid({ tone: "danger", title: problemOfCall(error, unreachable) });
      }
    });
  return { said, busy, run };
}
