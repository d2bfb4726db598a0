"use client";

import { ActionButton } from "../ui/action-button.tsx";
import { type Answer, useAction } from "../ui/use-action.ts";

/**
 * A button that ends the session and then loads the sign-in page as a new document. Nothing of the earlier pages stays in
 * memory, and the answer tells the browser to drop what it keeps for the portal.
 */
export function SignOutButton({ signOut }: { signOut: () => Promise<Answer<void>> }) {
  const { busy, problem, run } = useAction(
    "The portal could not be reached, so you are still signed in. Try again.",
    { refreshes: false },
  );
  const leave = () => window.location.assign("/sign-in?ended=1");
  return (
    <>
      <ActionButton disabled={busy} onAct={() => run(signOut, { done: leave })}>
        Sign out
      </ActionButton>
      <output className="text-sm text-danger empty:hidden">{problem}</output>
    </>
  );
}
