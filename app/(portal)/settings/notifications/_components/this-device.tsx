"use client";

import { useState, useSyncExternalStore } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { type PushState, pushState, register, subscribe } from "../../../_components/push-browser.ts";
import { keepDevice } from "../actions.ts";
import { HomeScreenGuide } from "./home-screen-guide.tsx";

const never = () => () => {};

/** The steps that set up notifications in this browser. */
export function ThisDevice({ organisationId, publicKey }: { organisationId: string; publicKey: string }) {
  // only the browser knows its state, and only this page changes it
  const found = useSyncExternalStore(never, pushState, () => null);
  const [after, setAfter] = useState<PushState | null>(null);
  const state = after ?? found;
  const [isSubscribing, setSubscribing] = useState(false);
  const [refusal, setRefusal] = useState("");
  const keeping = useAction("The portal could not be reached, so nothing was set up. Try again.");
  const busy = isSubscribing || keeping.busy;
  const problem = refusal || keeping.problem;
  const allow = async () => {
    setSubscribing(true);
    setRefusal("");
    try {
      await register();
      const input = await subscribe(publicKey);
      keeping.run(() => keepDevice(organisationId, input));
    } catch (error) {
      console.warn("notifications:", error);
      // when it is blocked, the state says so
      if (Notification.permission !== "denied")
        setRefusal(
          "This browser's push service could not be reached, so nothing was set up. Check the network of this device, then try again.",
        );
    } finally {
      setAfter(pushState());
      setSubscribing(false);
    }
  };
  if (state === null) return null;
  return (
    <section className="space-y-3">
      <h2 className="text-base font-semibold">This device</h2>
      {state === "install" ? <HomeScreenGuide /> : null}
      {state === "unsupported" ? (
        <Notice title="This browser can't show notifications">
          Open the portal on your phone, or in a current Chrome, Edge, Firefox or Safari.
        </Notice>
      ) : null}
      {state === "denied" ? (
        <Notice tone="warning" title="Notifications are blocked here">
          Allow them for this address in the browser's settings, or the phone's, then reload this page.
        </Notice>
      ) : null}
      {state === "ask" ? (
        <>
          <p className="max-w-prose text-muted">
            Your browser asks whether the portal may notify you. Allow it.
          </p>
          <Button tone="primary" disabled={busy} onClick={() => void allow()}>
            {busy ? "Setting up …" : "Allow notifications"}
          </Button>
        </>
      ) : null}
      {state === "allowed" ? (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <span>Notifications are allowed here.</span>
          <Button disabled={busy} onClick={() => void allow()}>
            {busy ? "Setting up …" : "Set up again"}
          </Button>
        </p>
      ) : null}
      {problem ? (
        <div role="alert">
          <Notice tone="danger" title="Notifications could not be set up">
            {problem}
          </Notice>
        </div>
      ) : null}
    </section>
  );
}
