"use client";

import { Button } from "../ui/button.tsx";
import { type Answer, useAction } from "../ui/use-action.ts";

/** Ends the session; `signOut` leads to the sign-in page. */
export function SignOutButton({ signOut }: { signOut: () => Promise<Answer<void>> }) {
  const { busy, problem, run } = useAction(
    "The portal could not be reached, so you are still signed in. Try again.",
  );
  return (
    <>
      <Button disabled={busy} onClick={() => run(signOut)}>
        Sign out
      </Button>
      <output className="text-sm text-danger empty:hidden">{problem}</output>
    </>
  );
}
