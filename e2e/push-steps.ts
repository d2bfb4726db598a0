import { type CDPSession, expect, type Page } from "@playwright/test";
import type { PushService } from "../test/push-service.ts";
import { stack } from "./stack.ts";

/** A browser without a push service of its own subscribes at the stand-in; all else is the real one's. */
export async function subscribeAtStandIn(
  page: Page,
  { endpoint, keys }: ReturnType<PushService["subscribe"]>,
) {
  await page.context().grantPermissions(["notifications"], { origin: stack.portalUrl });
  await page.addInitScript(
    (subscription) => {
      const made = (key: string) => ({
        options: {
          applicationServerKey: Uint8Array.from(
            atob(key.replaceAll("-", "+").replaceAll("_", "/")),
            (c) => c.codePointAt(0) ?? 0,
          ).buffer,
        },
        toJSON: () => subscription,
        unsubscribe: async () => true,
      });
      let held: unknown = null;
      const own = PushManager.prototype as unknown as Record<string, unknown>;
      own.getSubscription = async () => held;
      own.subscribe = async (options: { applicationServerKey: string }) =>
        (held = made(options.applicationServerKey));
    },
    { endpoint, keys },
  );
}

/** What the push service took last under this title, once it has; a summary of what was there before may come beside it. */
export async function pushed(push: PushService, title: string): Promise<object> {
  const last = () => push.received.findLast((one) => one.payload.notification.title === title);
  await expect.poll(() => last() !== undefined).toBe(true);
  return last()?.payload ?? {};
}
export const testTitle = "PocketSOC can reach this device";

/** A page's service worker, and what it shows. */
export type WorkerOfPage = {
  /** Hands over what the push service took, as the browser's own connection would; resolves once it is shown. */
  deliver(payload: object): Promise<void>;
  /** Runs `work`, which makes the worker show a notification under `title`; resolves once it is shown. */
  whileShowing(title: string, work: () => Promise<unknown>): Promise<void>;
};

/**
 * The worker of a page, once it is registered. That a notification is shown is heard from the worker itself: Chromium
 * forgets one for ever when `getNotifications` is called between its writing it down and its showing it.
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
      const [one] = registrations;
      if (one) resolve(one.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  return registered;
}

const worker = (page: Page) => {
  const [one] = page.context().serviceWorkers();
  if (!one) throw new Error("no service worker");
  return one;
};

/** The titles of the notifications that stand there. */
export const shownTitles = (page: Page) =>
  worker(page).evaluate<string[]>(
    "registration.getNotifications().then((all) => all.map(({ title }) => title))",
  );

/** The buttons of one of them. */
export const buttonsOf = (page: Page, title: string) =>
  worker(page).evaluate<string[]>(
    `registration.getNotifications().then((all) =>
      all.find((one) => one.title === ${JSON.stringify(title)}).actions.map(({ title }) => title))`,
  );

/**
 * Taps on a notification, or on a button of it. Chromium has no tap on one for tests: the worker is told of it as the
 * browser would.
 */
export async function tapOn(page: Page, title: string, action = ""): Promise<void> {
  await worker(page).evaluate(`registration.getNotifications().then((all) => {
    const notification = all.find((one) => one.title === ${JSON.stringify(title)});
    self.dispatchEvent(
      new NotificationEvent("notificationclick", { notification, action: ${JSON.stringify(action)} }),
    );
  })`);
}
