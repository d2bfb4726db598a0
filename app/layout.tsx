import "./globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { FilledFields } from "#components/shell/filled-fields.tsx";
import { RestoredPage } from "#components/shell/restored-page.tsx";
import { getBuild } from "#lib/platform/env.ts";

export const metadata: Metadata = {
  title: { default: "PocketSOC", template: "%s · PocketSOC" },
  robots: { index: false },
  appleWebApp: { title: "PocketSOC" },
  // iOS would make links of ids, ports and times, and React would then throw the server's page away
  formatDetection: { telephone: false, date: false, address: false, email: false, url: false },
  // the portal has a dark theme of its own
  other: { "darkreader-lock": "true" },
};
export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfbfc" },
    { media: "(prefers-color-scheme: dark)", color: "#0c0d10" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // a nonce belongs to one request, so no page may be static
  await headers();
  const theme = (await cookies()).get("pocketsoc.theme")?.value;
  const chosen = theme === "dark" || theme === "light" ? theme : undefined;
  return (
    <html
      lang="en"
      data-theme={chosen}
      data-build={getBuild()}
      suppressHydrationWarning
      className={`${GeistSans.variable} ${GeistMono.variable}`}
    >
      <body>
        {/* here, because pages outside the portal's frame have forms too, and a button that waits for Microsoft */}
        <RestoredPage />
        <FilledFields />
        {children}
      </body>
    </html>
  );
}
