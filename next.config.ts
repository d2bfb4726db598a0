import type { NextConfig } from "next";

/**
 * Names the build; scripts/build.ts sets it to a hash of the sources. So webs that were built apart from the same sources
 * serve each other's pages, and a page can tell that the portal was updated since it was opened. Not set in development.
 */
const build = process.env.NEXT_DEPLOYMENT_ID;
const buildHeaders = build ? [{ key: "x-pocketsoc-build", value: build }] : [];

const securityHeaders = [
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
  experimental: { turbopackFileSystemCacheForBuild: process.env.POCKETSOC_TYPES_CHECKED !== "1" },
  ...(build ? { deploymentId: build } : {}),
  headers: async () => [
    { source: "/:path*", headers: [...securityHeaders, ...buildHeaders] },
    ...templateHeaders,
    ...appHeaders,
  ],
};

export default config;
