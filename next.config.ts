import { existsSync, readFileSync } from "node:fs";
import type { NextConfig } from "next";

/**
 * Names the build: the beginning of a hash of the sources, which scripts/build.ts gives to the build and leaves in a file for
 * the start. So webs that were built apart from the same sources serve each other's pages, and a page can tell that the
 * portal was updated since it was opened. Nothing in development.
 */
const stamp = ".next/pocketsoc-build";
const build =
  process.env.NEXT_DEPLOYMENT_ID ??
  (process.env.NODE_ENV === "production" && existsSync(stamp)
    ? readFileSync(stamp, "utf8").slice(0, 16)
    : "");
const buildHeaders = build ? [{ key: "x-pocketsoc-build", value: build }] : [];

/** browser features that no page uses */
const unusedFeatures = [
  ...[
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
  ],
  ...["geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment"],
  ...["publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"],
];

/** Headers of every answer. proxy.ts replaces the Content-Security-Policy for pages. */
const securityHeaders = [
  { key: "content-security-policy", value: "default-src 'none'; frame-ancestors 'none'" },
  { key: "cross-origin-resource-policy", value: "same-origin" },
  { key: "permissions-policy", value: unusedFeatures.map((feature) => `${feature}=()`).join(", ") },
  { key: "strict-transport-security", value: "max-age=31536000; includeSubDomains" },
  { key: "x-content-type-options", value: "nosniff" },
  { key: "referrer-policy", value: "no-referrer" },
  { key: "cross-origin-opener-policy", value: "same-origin" },
];

/** Headers of the templates. Every origin may read them, because the Azure portal fetches the templates in the browser. */
const templateHeaders = [
  { source: "/templates/:path*", headers: [{ key: "access-control-allow-origin", value: "*" }] },
  {
    source: "/templates/:name.json",
    headers: [{ key: "content-type", value: "application/json; charset=utf-8" }],
  },
  {
    source: "/templates/:name.bicep",
    headers: [{ key: "content-type", value: "text/plain; charset=utf-8" }],
  },
];

/**
 * Headers of the service worker and of the offline page. The service worker isn't cached and may load only the portal's own
 * scripts. The offline page may load nothing.
 */
const appHeaders = [
  {
    source: "/sw.js",
    headers: [
      { key: "cache-control", value: "no-cache, no-store, must-revalidate" },
      { key: "content-security-policy", value: "default-src 'self'; script-src 'self'" },
    ],
  },
  {
    source: "/offline.html",
    headers: [
      {
        key: "content-security-policy",
        value:
          "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      },
    ],
  },
];

const config: NextConfig = {
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  images: { unoptimized: true },
  skipTrailingSlashRedirect: true,
  serverExternalPackages: ["pino", "postgres", "pg-boss"],
  agentRules: false,
  // on the left it would cover the portal's Sign out
  devIndicators: { position: "bottom-right" },
  // only `npm test` sets this, after it has checked the types
  typescript: { ignoreBuildErrors: process.env.POCKETSOC_TYPES_CHECKED === "1" },
  experimental: {
    turbopackFileSystemCacheForBuild: process.env.POCKETSOC_TYPES_CHECKED !== "1",
    // the largest action, 500 ids with statuses, takes 45 KB; decoding grows with the body and comes before authentication
    serverActions: { bodySizeLimit: "128kb" },
    // no body that passes through proxy.ts is longer
    proxyClientMaxBodySize: "128kb",
  },
  ...(build ? { deploymentId: build } : {}),
  headers: async () => [
    { source: "/:path*", headers: [...securityHeaders, ...buildHeaders] },
    ...templateHeaders,
    ...appHeaders,
  ],
};

export default config;
