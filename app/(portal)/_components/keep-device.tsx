"use client";

import { useEffect } from "react";
import { keepDevice } from "../settings/notifications/actions.ts";
import { heldSubscription, pushState, register, subscribe } from "./push-browser.ts";

/**
 * Registers the service worker, and sees at each opening of the portal that the subscription of a browser that may
 * show notifications is the one the portal knows: browsers lose them without a word.
 */
export function KeepDevice({
  organisationId,
  publicKey,
}: {
  organisationId: string;
  publicKey: string | null;
}) {
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return;
    const keep = async () => {
      await register();
      if (!publicKey || pushState() !== "allowed") return;
      const held = await heldSubscription();
      await keepDevice(organisationId, held?.publicKey === publicKey ? held : await subscribe(publicKey));
    };
    // the page of notifications says what doesn't work; here it would be in the way
    keep().catch((error: unknown) => console.warn("notifications:", error));
  }, [organisationId, publicKey]);
  return null;
}
