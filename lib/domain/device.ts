/** A browser's permission to show notifications, in the words of the browsers' own interface. */
export const devicePermissions = ["granted", "denied", "default"] as const;
type DevicePermission = (typeof devicePermissions)[number];

/** For each permission that keeps a browser from showing notifications: what is wrong, and what the person can do. */
export const permissionProblem: Record<Exclude<DevicePermission, "granted">, string> = {
  denied: "Notifications are blocked in this browser's settings; allow them there, then open the portal.",
  default:
    "This browser doesn't know any more that it may show notifications; allow them there again, under Settings > Notifications.",
};

export const devicePlatforms = ["ios", "android", "windows", "macos", "linux", "other"] as const;
type DevicePlatform = (typeof devicePlatforms)[number];

export const platformLabel: Record<DevicePlatform, string> = {
  ios: "iPhone or iPad",
  android: "Android",
  windows: "Windows",
  macos: "Mac",
  linux: "Linux",
  other: "Browser",
};

/** Returns the platform of a browser's User-Agent. An iPad may claim to be a Mac, but only an iPad has touch. */
export function platformOf(userAgent: string, hasTouch: boolean): DevicePlatform {
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && hasTouch)) return "ios";
  if (/Android/.test(userAgent)) return "android";
  if (/Windows/.test(userAgent)) return "windows";
  if (/Macintosh/.test(userAgent)) return "macos";
  return /Linux|CrOS/.test(userAgent) ? "linux" : "other";
}

const browsers = [
  [/Edg(?:A|iOS)?\//, "Edge"],
  [/(?:Firefox|FxiOS)\//, "Firefox"],
  [/(?:Chrome|CriOS)\//, "Chrome"],
  [/Safari\//, "Safari"],
] as const;

/** Returns a device's default name, such as "Chrome on Android". */
export function deviceName(userAgent: string, platform: DevicePlatform): string {
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1] ?? "Browser";
  return platform === "other" ? browser : `${browser} on ${platformLabel[platform]}`;
}

/** The hosts of browsers' push services. Their subdomains are allowed too. */
const pushHosts = [
  "push.apple.com",
  "fcm.googleapis.com",
  "push.services.mozilla.com",
  "notify.windows.com",
] as const;
const endpointLengthMax = 1_000;

/**
 * Whether web pushes may be sent to a browser's endpoint. The endpoint must be https on port 443 at a known push
 * service, or at one of the operator's `moreHosts` ("host" or "host:port").
 */
export function isWebPushEndpoint(text: string, moreHosts: readonly string[] = []): boolean {
  const url = URL.parse(text);
  if (!url || text.length > endpointLengthMax || url.protocol !== "https:" || url.username || url.password)
    return false;
  if (moreHosts.includes(url.host)) return true;
  return (
    url.port === "" && pushHosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`))
  );
}

/** How long a device stays verified after it has shown or opened a notification. */
const verifiedForMs = 7 * 86_400_000;

export type Verification = { lastShownAt: Date | null; goneAt: Date | null; deactivatedAt: Date | null };

/** Whether a device has shown or opened a notification within seven days and can still get notifications. */
export const isVerified = ({ lastShownAt, goneAt, deactivatedAt }: Verification, now: Date): boolean =>
  !goneAt && !deactivatedAt && lastShownAt !== null && now.getTime() - lastShownAt.getTime() < verifiedForMs;
