"use client";

import { signIn } from "next-auth/react";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { openBreakGlass, rememberFirstAdmin } from "./actions.ts";

const words = {
  "break-glass": {
    title: "Sign in with a one-time link",
    text: "This signs you in without Microsoft, once. It is written to the audit log.",
    button: "Sign in",
  },
  "first-admin": {
    title: "Become the first Admin",
    text: "Sign in with your company's Microsoft account; that account becomes the Admin of this portal.",
    button: "Sign in with Microsoft",
  },
};

/** The token stands behind the #, which browsers send to nobody; a click uses it, a preview can't. */
export function OneTimeLink({ purpose }: { purpose: keyof typeof words }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, startTransition] = useTransition();
  const { title, text, button } = words[purpose];
  const go = () =>
    startTransition(async () => {
      const token = window.location.hash.slice(1);
      if (purpose === "first-admin") {
        await rememberFirstAdmin(token);
        await signIn("azure-ad", { callbackUrl: "/detections" });
        return;
      }
      setProblem((await openBreakGlass(token)).problem);
    });
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-sm space-y-4 rounded-lg border border-line bg-raised p-6">
        <h1 className="text-xl font-semibold">{title}</h1>
        <p className="text-sm text-muted">{text}</p>
        {problem ? (
          <Notice tone="danger" title="You are not signed in">
            {problem}
          </Notice>
        ) : null}
        <Button tone="primary" className="w-full" disabled={busy} onClick={go}>
          {button}
        </Button>
      </div>
    </main>
  );
}
