"use client";

import { ActionButton } from "#components/ui/action-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { forget } from "../../connect/actions.ts";

/** A sign-in that went to Microsoft and hasn't come back: what to look at, and the way to be rid of it. */
export function WaitingNotice({ waiting }: { waiting: { id: string; over: boolean; redirectUri: string } }) {
  const { busy, problem, run } = useAction(
    "The portal could not be reached. Try again; it is forgotten by itself within a day.",
  );
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
      <ActionButton className="mt-2" disabled={busy} onAct={() => run(() => forget(waiting.id))}>
        Forget it
      </ActionButton>
      <output className="mt-2 block text-danger empty:hidden">{problem}</output>
    </Notice>
  );
}
