import type { DeviceInput } from "#lib/schemas/device.ts";

/**
 * Whether this browser can show notifications, or what is missing. `install`: the portal must first be added to the Home
 * Screen, as on iPhone and iPad.
 */
export type PushState = "unsupported" | "install" | "ask" | "denied" | "allowed";

const isAppleTouch = () =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);

const isInstalled = () => matchMedia("(display-mode: standalone)").matches;

export function pushState(): PushState {
  const supported =
    "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
  if (!supported) return isAppleTouch() && !isInstalled() ? "install" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" ? "allowed" : "ask";
}

/** Registers the service worker. The browser itself checks for newer versions of the service worker. */
export function register(): Promise<ServiceWorkerRegistration> {
  return navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
}

/**
 * Asks for permission and returns this browser's push subscription for `publicKey`. Replaces a push subscription that was created
 * with an earlier key.
 */
export async function subscribe(publicKey: string): Promise<DeviceInput> {
  const registration = await navigator.serviceWorker.ready;
  const earlier = await registration.pushManager.getSubscription();
  if (earlier && keyOf(earlier) !== publicKey) await earlier.unsubscribe();
  const pushSubscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  });
  return inputOf(pushSubscription, publicKey);
}

/** Returns this browser's push subscription with the public key that created it. Null if there is none. */
export async function heldPushSubscription(): Promise<DeviceInput | null> {
  const registration = await navigator.serviceWorker.ready;
  const pushSubscription = await registration.pushManager.getSubscription();
  return pushSubscription && inputOf(pushSubscription, keyOf(pushSubscription));
}

function keyOf({ options }: PushSubscription): string {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function inputOf(pushSubscription: PushSubscription, publicKey: string): DeviceInput {
  const { endpoint = "", keys = {} } = pushSubscription.toJSON();
  return {
    pushSubscription: { endpoint, keys: { p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" } },
    publicKey,
    userAgent: navigator.userAgent.slice(0, 500),
    hasTouch: navigator.maxTouchPoints > 1,
  };
}
