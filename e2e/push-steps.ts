import { type CDPSession, expect, type Page } from "@playwright/test";
import type { PushService } from "../test/push-service.ts";
import { stack } from "./stack.ts";

/** Makes the page's browser subscribe at the stand-in for a push service. Only the subscription is faked. */
export async function subscribeAtStandIn(
  page: Page,
  { endpoint, keys }: ReturnType<PushService["subscribe"]>,
) {
  await page.context().grantPermissions(["notifications"], { origin: stack.portalUrl });
  await page.addInitScript(
    (subscription) => {
      const subscriptionFor = (key: string) => ({
        options: {
          applicationServerKey: Uint8Array.from(
            atob(key.replaceAll("-", "+").replaceAll("_", "/")),
            (c) => c.codePointAt(0) ?? 0,
          ).buffer,
        },
        toJSON: () => subscription,
        unsubscribe: async () => true,
      });
      let current: unknown = null;
      const own = PushManager.prototype as unknown as Record<string, unknown>;
      own.getSubscription = async () => current;
      own.subscribe = async (options: { applicationServerKey: string }) =>
        (current = subscriptionFor(options.applicationServerKey));
    },
    { endpoint, keys },
  );
}

/** Waits until the push service has received a message with this title. Returns the payload of the last such message. */
export async function pushed(push: PushService, title: string): Promise<object> {
  const last = () => push.received.findLast(({ payload }) => payload.notification.title === title);
  await expect.poll(() => last() !== undefined).toBe(true);
  return last()?.payload ?? {};
}
export const testTitle = "PocketSOC can reach this device";

/** A page's service worker, and the notifications that it shows. */
export type WorkerOfPage = {
  /** Delivers a message to the service worker, as the browser would. Resolves once the notification is shown. */
  deliver(payload: object): Promise<void>;
  /** Runs `work`, which must lead to a notification with `title`. Resolves once this notification is shown. */
  whileShowing(title: string, work: () => Promise<unknown>): Promise<void>;
};

/**
 * Waits until a page's service worker is registered, and returns it. The service worker itself reports each shown
 * notification: Chromium may lose a notification when `getNotifications` is called too early.
 */
export async function openWorker(page: Page): Promise<WorkerOfPage> {
  const session = await page.context().newCDPSession(page);
  const registrationId = await registrationOf(session);
  await worker(page).evaluate(`
    self.shownSoFar = [];
    const show = self.registration.showNotification.bind(self.registration);
    self.registration.showNotification = async (title, options) => {
      await show(title, options);
      self.shownSoFar.push(title);
    };`);
  const shownSoFar = () => worker(page).evaluate<string[]>("self.shownSoFar");
  const whileShowing = async (title: string, work: () => Promise<unknown>) => {
    const before = (await shownSoFar()).length;
    await work();
    await expect.poll(async () => (await shownSoFar()).slice(before)).toContain(title);
  };
  return {
    whileShowing,
    deliver: (payload) =>
      whileShowing(titleOf(payload), () =>
        session.send("ServiceWorker.deliverPushMessage", {
          origin: stack.portalUrl,
          registrationId,
          data: JSON.stringify(payload),
        }),
      ),
  };
}

const titleOf = (payload: object) => (payload as { notification: { title: string } }).notification.title;

async function registrationOf(session: CDPSession): Promise<string> {
  const registered = new Promise<string>((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [registration] = registrations;
      if (registration) resolve(registration.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  return registered;
}

const worker = (page: Page) => {
  const [serviceWorker] = page.context().serviceWorkers();
  if (!serviceWorker) throw new Error("no service worker");
  return serviceWorker;
};

/** Returns the titles of the notifications that the browser now shows. */
export const shownTitles = (page: Page) =>
  worker(page).evaluate<string[]>(
    "registration.getNotifications().then((all) => all.map(({ title }) => title))",
  );

/** Returns the buttons of the notification with this title. */
export const buttonsOf = (page: Page, title: string) =>
  worker(page).evaluate<string[]>(
    `registration.getNotifications().then((all) =>
      all.find((shown) => shown.title === ${JSON.stringify(title)}).actions.map(({ title }) => title))`,
  );

/**
 * Taps on a notification, or on a button of it. A test can't tap in Chromium, so the service worker gets the event that the
 * browser would send.
 */
export async function tapOn(page: Page, title: string, action = ""): Promise<void> {
  await worker(page).evaluate(`registration.getNotifications().then((all) => {
    const notification = all.find((shown) => shown.title === ${JSON.stringify(title)});
    self.dispatchEvent(
      new NotificationEvent("notificationclick", { notification, action: ${JSON.stringify(action)} }),
    );
  })`);
}
