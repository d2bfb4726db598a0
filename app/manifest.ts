import type { MetadataRoute } from "next";

/** The web app manifest, for phones and desktops on which people install the portal. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    id: "/",
    name: "PocketSOC",
    short_name: "PocketSOC",
    description: "Security alerts, and decisions that take effect at the vendor.",
    start_url: "/detections",
    scope: "/",
    display: "standalone",
    background_color: "#f8fafc",
    theme_color: "#1d4ed8",
    icons: [
      { src: "/icons/icon-192.png", sizes: "192x192", type: "image/png" },
      { src: "/icons/icon-512.png", sizes: "512x512", type: "image/png" },
      { src: "/icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
  };
}
