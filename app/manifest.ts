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
    background_color: "#fbfbfc",
    theme_color: "#5b5bd6",
    icons: [
      { src: "/icons/icon-192.png", sizes: "192x192", type: "image/png" },
      { src: "/icons/icon-512.png", sizes: "512x512", type: "image/png" },
      { src: "/icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
  };
}
