"use client";

import { ActionButton } from "../ui/action-button.tsx";
import { type Answer, useAction } from "../ui/use-action.ts";

/** A button that ends the session. `signOut` ends the session and opens the sign-in page. */
export function SignOutButton({ signOut }: { signOut: () => Promise<Answer<void>> }) {
  const { busy, problem, run } = useAction(
    "The portal could not be reached, so you are still signed in. Try again.",
  );
  return (
    <>
      <ActionButton disabled={busy} onAct={() => run(signOut)}>
        Sign out
      </ActionButton>
      <output className="text-sm text-danger empty:hidden">{problem}</output>
    </>
  );
}
