"use client";

import { Button } from "#components/ui/button.tsx";
import { useSignIn } from "../use-sign-in.ts";

export function SignInButton({ back }: { back: string }) {
  const { busy, problem, start } = useSignIn(back);
  return (
    <>
      <Button tone="primary" className="w-full" disabled={busy} onClick={start}>
        {busy ? "Opening Microsoft …" : "Sign in with Microsoft"}
      </Button>
      <output className="mt-2 block text-sm text-danger empty:hidden">{problem}</output>
    </>
  );
}
