"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { keepDevice, reportDevice } from "../settings/notifications/actions.ts";
import { heldPushSubscription, pushState, register, subscribe } from "./push-browser.ts";

type Props = {
  organisationId: string;
  publicKey: string | null;
  /** whether the session belongs to a registered device */
  isDevice: boolean;
};

// the Notifications page shows what doesn't work; here it would be in the way
const warn = (error: unknown) => console.warn("notifications:", error);

/**
 * Registers the service worker. Reports this browser's push subscription and notification permission to the server when the
 * portal opens and when the permission changes.
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
      const device = await heldPushSubscription();
      const input = device?.publicKey === publicKey ? device : await subscribe(publicKey);
      run(() => keepDevice(organisationId, input), {
        done: () => setDeactivated(false),
        refused: ({ problem, code }) => {
          setDeactivated(code === "device_deactivated");
          warn(problem);
        },
      });
    } catch (error) {
      // notifications are allowed, but this browser can't subscribe
      if (isDevice) report("granted");
      warn(error);
    }
  });
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return;
    // not awaited: with an active service worker, an update check can take long
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
