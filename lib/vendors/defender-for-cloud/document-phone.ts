import type { GuideBlock, GuideSection } from "../document-contract.ts";

const heading = (title: string): GuideBlock => ({ kind: "text", text: `**${title}**` });

/** The chapter on the phone: how each person gets notifications on their own device. */
export const phone: GuideSection = {
  id: "phone",
  title: "Your phone",
  blocks: [
    {
      kind: "text",
      text: "There is no app to download: the portal is a web app that you put on the Home Screen. Each person sets up each of their devices, signed in with their own account.",
    },
    heading("iPhone and iPad (iOS 16.4 or later)"),
    {
      kind: "steps",
      items: [
        "Open {pocketsocUrl} in Safari.",
        "Tap **Share** > **Add to Home Screen**, leave **Open as Web App** on, and tap **Add**.",
        "Open PocketSOC from the Home Screen and sign in there. It doesn't share Safari's session.",
        "Open **Settings** > [Notifications](/settings/notifications), tap **Allow notifications**, and allow them when the device asks.",
        "Tap **Send test** beside the device. The notification arrives within seconds. Tap it: an iPhone or iPad reports only that to PocketSOC, and then the device counts as verified.",
      ],
    },
    heading("Android and computers"),
    {
      kind: "steps",
      items: [
        "Open {pocketsocUrl} in Chrome, Edge or Firefox, or in Safari on a Mac, and sign in.",
        "Open **Settings** > [Notifications](/settings/notifications), click **Allow notifications**, and allow them when the browser asks.",
        "Click **Send test** beside the device. It counts as verified once it has shown the notification.",
      ],
    },
    {
      kind: "text",
      text: "**Notify me about**, on the same page, decides which alerts notify you and when. **Settings** > [Readiness](/settings/readiness) shows admins whose devices can be reached.",
    },
    {
      kind: "note",
      tone: "warning",
      text: "If no test arrives: see that the device is online, that its settings allow notifications of PocketSOC, and that no Focus or Do Not Disturb hides them.",
    },
  ],
};
