"use client";

import { ActionButton } from "#components/ui/action-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { openBreakGlass, rememberFirstAdmin } from "./actions.ts";
import { useSignIn } from "./use-sign-in.ts";

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

/**
 * The page of a one-time link. The token follows the #, so browsers don't send it to a server. The token is used only after
 * a click, so link previews don't use it up.
 */
export function OneTimeLink({ purpose }: { purpose: keyof typeof words }) {
  const { busy, problem, run } = useAction("The portal could not be reached. Try again.");
  const begin = useSignIn("/detections");
  const { title, text, button } = words[purpose];
  const go = () => {
    const token = window.location.hash.slice(1);
    if (purpose === "first-admin") run(() => rememberFirstAdmin(token), { done: begin.start });
    else run(() => openBreakGlass(token));
  };
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-sm space-y-4 rounded-lg border border-line bg-raised p-6">
        <h1 className="text-xl font-semibold">{title}</h1>
        <p className="text-sm text-muted">{text}</p>
        {problem || begin.problem ? (
          <div role="alert">
            <Notice tone="danger" title="You are not signed in">
              {problem || begin.problem}
            </Notice>
          </div>
        ) : null}
        <ActionButton tone="primary" className="w-full" disabled={busy || begin.busy} onAct={go}>
          {button}
        </ActionButton>
      </div>
    </main>
  );
}
