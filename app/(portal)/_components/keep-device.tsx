"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { keepDevice, reportDevice } from "../settings/notifications/actions.ts";
import { heldSubscription, pushState, register, subscribe } from "./push-browser.ts";

type Props = {
  organisationId: string;
  publicKey: string | null;
  /** the session is known to be open on a device, which may have something to say */
  isDevice: boolean;
};

// the page of notifications says what doesn't work; here it would be in the way
const warn = (error: unknown) => console.warn("notifications:", error);

/**
 * Registers the service worker, and sees at each opening of the portal, and when the permission has changed since, that
 * the portal knows this browser as it is: browsers lose subscriptions without a word, and people block notifications.
 */
export function KeepDevice({ organisationId, publicKey, isDevice }: Props) {
  const [isDeactivated, setDeactivated] = useState(false);
  const { run } = useAction("the portal could not be reached", { refreshes: false });
  const report = (permission: string) =>
    run(() => reportDevice(organisationId, permission), { refused: ({ problem }) => warn(problem) });
  const keep = useEffectEvent(async (seen: ReturnType<typeof pushState>) => {
    if (isDevice && publicKey && seen === "denied") report("denied");
    if (isDevice && publicKey && seen === "ask") report("default");
    if (!publicKey || seen !== "allowed") return setDeactivated(false);
    try {
      const held = await heldSubscription();
      const input = held?.publicKey === publicKey ? held : await subscribe(publicKey);
      run(() => keepDevice(organisationId, input), {
        done: () => setDeactivated(false),
        refused: ({ problem, code }) => {
          setDeactivated(code === "device_deactivated");
          warn(problem);
        },
      });
    } catch (error) {
      // it was allowed, and this browser can't be subscribed
      if (isDevice) report("granted");
      warn(error);
    }
  });
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return;
    // not waited for: where a worker is at work already, another look at it can be long in coming
    register().catch(warn);
    let seen = "";
    const look = () => {
      const state = pushState();
      if (document.visibilityState !== "visible" || state === seen) return;
      seen = state;
      void keep(state);
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [organisationId, publicKey, isDevice]);
  if (!isDeactivated) return null;
  return (
    <div role="alert" className="mb-4">
      <Notice tone="warning" title="Device deactivated">
        An admin of your team switched this device off, so no alert reaches it. If it is yours to use, ask
        them to activate it again under Settings &gt; Readiness; then open the portal here once more.
      </Notice>
    </div>
  );
}
