// Installs the portal, shows what is pushed and opens it. No page of the portal is kept: an alert shown from a cache
// would be a lie. The one page kept says that there is no connection.

const cacheName = "offline-1";
const offlinePage = "/offline.html";

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(cacheName);
    await cache.add(new Request(offlinePage, { cache: "reload" }));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== cacheName) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  const answer = async () => {
    try {
      return await fetch(event.request);
    } catch {
      return (await caches.match(offlinePage)) ?? Response.error();
    }
  };
  event.respondWith(answer());
});

self.addEventListener("push", (event) => {
  event.waitUntil(show(read(event.data)));
});

/** The message in the shape of Declarative Web Push; one that can't be read is shown all the same. */
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
    return unreadable;
  }
}

const buttons = [
  { action: "acknowledge", title: "Acknowledge" },
  { action: "open", title: "Open" },
];

// always visible, also while a window has the focus: browsers take the permission away from who pushes in silence
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

/** Opens what a notification is about. */
function follow(notification) {
  notification.close();
  const { navigate, receipt } = notification.data ?? {};
  return Promise.all([open(navigate), report(receipt, "opened")]);
}

/** Acknowledges as the person who is signed in here; without one, opens it: that leads to the sign-in and back. */
async function acknowledge(notification) {
  const { receipt } = notification.data ?? {};
  const answer = await fetch("/api/push/acknowledge", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ receipt }),
    keepalive: true,
    signal: AbortSignal.timeout(15_000),
  }).catch(() => null);
  // also where somebody did before: it is in good hands
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

/** Opens the address in the window that is open, else in a new one; nothing but the portal's own. */
async function open(address) {
  const url = new URL(address ?? "/detections", self.location.origin);
  const target = url.origin === self.location.origin ? url.href : `${self.location.origin}/detections`;
  const [client] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (client) {
    await client.focus().catch(() => undefined);
    // one that the worker doesn't control can't be sent anywhere
    if (await client.navigate(target).catch(() => null)) return;
  }
  await self.clients.openWindow(target);
}

/** Says what became of a notification; a receipt that doesn't arrive changes nothing for its person. */
async function report(receipt, what) {
  if (!receipt) return;
  await fetch("/api/push/receipts", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ receipt, what }),
    keepalive: true,
  }).catch(() => undefined);
}
