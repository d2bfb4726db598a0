/** A notification's text and the page that it opens. */
export type NotificationText = {
  title: string;
  /** a title that is short enough for every push service */
  shortTitle: string;
  body: string;
  path: string;
  /** on a device, a later notification with the same tag replaces this one */
  tag: string;
  /** whether the notification is about a single alert that nobody has acknowledged and the person may acknowledge */
  canAcknowledge: boolean;
};

/** Returns the address that a notification opens. `receipt` tells the portal which notification was opened. */
const linkOf = (portalUrl: string, path: string, receipt: string): string => {
  const url = new URL(path, portalUrl);
  url.searchParams.set("told", receipt);
  return url.href;
};

/**
 * Returns the message of a web push in the format of Declarative Web Push (iOS 18.4 and later). `public/sw.js` shows it
 * in other browsers. The device reports with `receipt` that it showed or opened the notification.
 */
export function payloadOf(
  portalUrl: string,
  { title, body, path, tag, canAcknowledge }: NotificationText,
  receipt: string,
): string {
  const navigate = linkOf(portalUrl, path, receipt);
  return JSON.stringify({
    web_push: 8030,
    notification: {
      title,
      body,
      navigate,
      tag,
      lang: "en",
      dir: "auto",
      // installed service workers show an update without a sound; every message is one that sounds
      data: { receipt, isUpdate: false, canAcknowledge },
    },
  });
}

/** Returns the subject and the plain text of the e-mail for a notification. */
export function emailOf(
  portalUrl: string,
  { title, body, path }: NotificationText,
  receipt: string,
  organisationName: string,
): { subject: string; text: string } {
  const lines = [
    title,
    ...(body ? ["", body] : []),
    "",
    linkOf(portalUrl, path, receipt),
    "",
    `You get this e-mail because you belong to the team of ${organisationName} in PocketSOC. Settings > Notifications there shows what notifies you.`,
  ];
  return { subject: title, text: `${lines.join("\n")}\n` };
}
