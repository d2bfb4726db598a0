"use client";

import { useState } from "react";
import { ActionButton } from "#components/ui/action-button.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { begin } from "../connect/actions.ts";

type Props = {
  configurationId: string;
  returnTo: string;
  /** the name of the service that signs people in, for instance Microsoft */
  signIn: string;
  /** the button's text */
  children: React.ReactNode;
  tone?: "primary" | "quiet";
};

/** A button that leaves the portal to connect the person's own account to one configuration. */
export function ConnectButton({ configurationId, returnTo, signIn, children, tone = "primary" }: Props) {
  // from when the address is known until the browser has left
  const [isLeaving, setLeaving] = useState(false);
  const { busy, problem, run } = useAction("The portal could not be reached. Try again.", {
    refreshes: false,
  });
  const go = () =>
    run(() => begin(configurationId, returnTo), {
      done: ({ url }) => {
        setLeaving(true);
        location.assign(url);
      },
    });
  return (
    <>
      <ActionButton tone={tone} disabled={busy || isLeaving} onAct={go}>
        {busy || isLeaving ? `Going to ${signIn} …` : children}
      </ActionButton>
      {problem ? (
        <span role="alert" className="text-sm text-danger">
          {problem}
        </span>
      ) : null}
    </>
  );
}
