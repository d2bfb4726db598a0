// The portal's service worker: it makes the portal installable, and shows and opens web push notifications. It caches no
// page of the portal, because a cached alert may be out of date. It caches only the page that says there is no connection.

const cacheName = "offline-1";
const offlinePage = "/offline.html";

self.addEventListener("install", (event) => {
  const cacheOfflinePage = async () => {
    const cache = await caches.open(cacheName);
    await cache.add(new Request(offlinePage, { cache: "reload" }));
    await self.skipWaiting();
  };
  event.waitUntil(cacheOfflinePage());
});

self.addEventListener("activate", (event) => {
  const deleteOldCaches = async () => {
    for (const name of await caches.keys()) if (name !== cacheName) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(deleteOldCaches());
});

self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  // proxy.ts must see who leads to the page after a sign-out; fetched from here, every page seems to come from the portal
  if (new URL(event.request.url).searchParams.get("ended") === "1") return;
  const answer = async () => {
    try {
      return await fetch(event.request);
    } catch {
      // no connection
      return (await caches.match(offlinePage)) ?? Response.error();
    }
  };
  event.respondWith(answer());
});

self.addEventListener("push", (event) => {
  event.waitUntil(show(read(event.data)));
});

/** Reads a message in the form of Declarative Web Push. One that can't be read becomes a general notification. */
function read(data) {
  const unreadable = {
    title: "PocketSOC",
    body: "There is something new. Open the portal to see it.",
    navigate: "/detections",
  };
  try {
    const { notification } = data.json();
    return typeof notification?.title === "string" ? notification : unreadable;
  } catch {
    // not a message that this version knows
    return unreadable;
  }
}

const buttons = [
  { action: "acknowledge", title: "Acknowledge" },
  { action: "open", title: "Open" },
];

// shown even while a window has the focus: browsers revoke the permission of sites that receive messages silently
async function show({ title, body = "", navigate, tag, lang, dir, data }) {
  const receipt = data?.receipt;
  const hasButtons = data?.canAcknowledge && (self.Notification?.maxActions ?? 0) > 0;
  await self.registration.showNotification(title, {
    body,
    lang,
    dir,
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
    data: { navigate, receipt },
    ...(hasButtons ? { actions: buttons } : {}),
    ...(tag ? { tag, renotify: !data?.isUpdate } : {}),
  });
  await report(receipt, "shown");
}

self.addEventListener("notificationclick", (event) => {
  event.waitUntil(
    event.action === "acknowledge" ? acknowledge(event.notification) : follow(event.notification),
  );
});

/** Closes a notification and opens its address. */
function follow(notification) {
  notification.close();
  const { navigate, receipt } = notification.data ?? {};
  return Promise.all([open(navigate), report(receipt, "opened")]);
}

/** Acknowledges as the person who is signed in. If nobody is, opens the notification's address, which leads through sign-in. */
async function acknowledge(notification) {
  const { receipt } = notification.data ?? {};
  // without an answer, the notification below says so
  const answer = await fetch("/api/push/acknowledge", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ receipt }),
    keepalive: true,
    signal: AbortSignal.timeout(15_000),
  }).catch(() => null);
  // also if somebody else acknowledged it before
  if (answer?.ok) return notification.close();
  if (answer?.status === 401) return follow(notification);
  const { error } = (await answer?.json().catch(() => null)) ?? {};
  const reason = error?.message ?? "The portal could not be reached.";
  await self.registration.showNotification("Not acknowledged", {
    body: `${notification.title}. ${reason} Tap to open it.`,
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
    data: notification.data,
    ...(notification.tag ? { tag: notification.tag, renotify: true } : {}),
  });
}

/** Opens an address of the portal in an open window, or in a new one. Any other origin becomes the list of detections. */
async function open(address) {
  const url = new URL(address ?? "/detections", self.location.origin);
  const target = url.origin === self.location.origin ? url.href : `${self.location.origin}/detections`;
  const [client] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (client) {
    // a browser may refuse the focus; the page opens all the same
    await client.focus().catch(() => undefined);
    // a window that this worker doesn't control can't be navigated
    if (await client.navigate(target).catch(() => null)) return;
  }
  await self.clients.openWindow(target);
}

/** Reports that a notification was shown or opened. A failed report has no effect for the person. */
async function report(receipt, what) {
  if (!receipt) return;
  // a lost report only leaves the device unverified a while longer
  await fetch("/api/push/receipts", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ receipt, what }),
    keepalive: true,
  }).catch(() => undefined);
}
