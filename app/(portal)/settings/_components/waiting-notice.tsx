"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { forget } from "../../connect/actions.ts";

/** A sign-in that went to Microsoft and hasn't come back: what to look at, and the way to be rid of it. */
export function WaitingNotice({ waiting }: { waiting: { id: string; over: boolean; redirectUri: string } }) {
  const router = useRouter();
  const [busy, startTransition] = useTransition();
  return (
    <Notice
      tone="warning"
      title={
        waiting.over
          ? "The sign-in never came back, so nothing was saved"
          : "A sign-in at Microsoft is under way, and nothing is saved until it comes back"
      }
    >
      <p>
        If Microsoft showed AADSTS50011, the redirect URI isn't registered exactly like this under Mobile and
        desktop applications:
      </p>
      <code className="mt-1 block font-mono text-xs break-all">{waiting.redirectUri}</code>
      <p className="mt-1">
        {waiting.over ? "It ended after ten minutes. Begin it again." : "You can begin it again at any time."}
      </p>
      <Button
        className="mt-2"
        disabled={busy}
        onClick={() =>
          startTransition(async () => {
            // what can't be reached now is forgotten by itself within a day
            await forget(waiting.id).catch(() => {});
            router.refresh();
          })
        }
      >
        Forget it
      </Button>
    </Notice>
  );
}
