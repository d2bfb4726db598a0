/** What a notification says, and the page that it opens. */
export type NotificationText = {
  title: string;
  /** a title that fits every push service */
  shortTitle: string;
  body: string;
  path: string;
  /** a later notification of the same tag takes its place on a device */
  tag: string;
  /** it is about one alert that nobody has acknowledged, and its person may do that */
  canAcknowledge: boolean;
};

/** Where a notification leads. `receipt` tells the portal which one was opened. */
const linkOf = (portalUrl: string, path: string, receipt: string): string => {
  const url = new URL(path, portalUrl);
  url.searchParams.set("told", receipt);
  return url.href;
};

/**
 * The message of a web push, in the format of Declarative Web Push: iOS 18.4 and later show it without a script, and
 * `public/sw.js` shows it elsewhere. An update takes its notification's place without a sound. With `receipt` the device
 * reports it shown and opened, and its person acknowledges the alert.
 */
export function payloadOf(
  portalUrl: string,
  { title, body, path, tag, canAcknowledge }: NotificationText,
  receipt: string,
  isUpdate: boolean,
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
      data: { receipt, isUpdate, canAcknowledge },
    },
  });
}

/** The same as an e-mail in plain text. */
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
    `You get this from PocketSOC because you belong to the team of ${organisationName}. What you are told of stands under Settings > Notifications there.`,
  ];
  return { subject: title, text: `${lines.join("\n")}\n` };
}
