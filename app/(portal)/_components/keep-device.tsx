"use client";

import { useEffect, useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
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

/** Tells the portal what it should know of this browser; true when an admin deactivated it. */
async function keep({ organisationId, publicKey, isDevice }: Props): Promise<boolean> {
  const state = pushState();
  try {
    if (isDevice && publicKey && (state === "denied" || state === "ask"))
      await reportDevice(organisationId, state === "denied" ? "denied" : "default");
    if (!publicKey || state !== "allowed") return false;
    const held = await heldSubscription();
    const input =
      held?.publicKey === publicKey
        ? held
        : await subscribe(publicKey).catch(async (error: unknown) => {
            if (isDevice) await reportDevice(organisationId, "granted");
            throw error;
          });
    const answer = await keepDevice(organisationId, input);
    return !answer.ok && answer.code === "device_deactivated";
  } catch (error) {
    warn(error);
    return false;
  }
}

/**
 * Registers the service worker, and sees at each opening of the portal, and when the permission has changed since, that
 * the portal knows this browser as it is: browsers lose subscriptions without a word, and people block notifications.
 */
export function KeepDevice({ organisationId, publicKey, isDevice }: Props) {
  const [isDeactivated, setDeactivated] = useState(false);
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return;
    // not waited for: where a worker is at work already, another look at it can be long in coming
    register().catch(warn);
    let seen = "";
    const look = () => {
      if (document.visibilityState !== "visible" || pushState() === seen) return;
      seen = pushState();
      void keep({ organisationId, publicKey, isDevice }).then(setDeactivated);
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
