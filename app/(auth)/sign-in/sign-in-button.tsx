"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";

export function SignInButton({ back }: { back: string }) {
  const [busy, setBusy] = useState(false);
  return (
    <Button
      tone="primary"
      className="w-full"
      disabled={busy}
      onClick={() => {
        setBusy(true);
        void signIn("azure-ad", { callbackUrl: back });
      }}
    >
      {busy ? "Opening Microsoft …" : "Sign in with Microsoft"}
    </Button>
  );
}
