"use client";

import { ActionButton } from "#components/ui/action-button.tsx";
import { useSignIn } from "../use-sign-in.ts";

export function SignInButton({ back }: { back: string }) {
  const { busy, problem, start } = useSignIn(back);
  return (
    <>
      <ActionButton tone="primary" className="w-full" disabled={busy} onAct={start}>
        {busy ? "Opening Microsoft …" : "Sign in with Microsoft"}
      </ActionButton>
      <output className="mt-2 block text-sm text-danger empty:hidden">{problem}</output>
    </>
  );
}
