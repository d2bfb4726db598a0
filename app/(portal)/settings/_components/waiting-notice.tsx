"use client";

import { ActionButton } from "#components/ui/action-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { OwnAccounts } from "#lib/sources/accounts/list.ts";
import { forget } from "../../connect/actions.ts";

type Waiting = NonNullable<OwnAccounts["configurations"][number]["waiting"]>;

/** A notice about an unfinished sign-in: what to check, and a button that deletes the sign-in. */
export function WaitingNotice({ waiting }: { waiting: Waiting }) {
  const { busy, problem, run } = useAction(
    "The portal could not be reached. Try again, or leave it: it is forgotten within a day.",
  );
  return (
    <Notice
      tone="warning"
      title={
        waiting.over
          ? "The sign-in never came back, so nothing was saved"
          : `A sign-in at ${waiting.signIn} is under way, and nothing is saved until it comes back`
      }
    >
      <p>{waiting.hint}</p>
      <code className="mt-1 block font-mono text-xs break-all">{waiting.redirectUri}</code>
      <p className="mt-1">
        {waiting.over ? "It expired after ten minutes. Sign in again." : "You can start again at any time."}
      </p>
      <ActionButton className="mt-2" disabled={busy} onAct={() => run(() => forget(waiting.id))}>
        Forget it
      </ActionButton>
      <output className="mt-2 block text-danger empty:hidden">{problem}</output>
    </Notice>
  );
}
