import type { Metadata } from "next";
import { OneTimeLink } from "../one-time-link.tsx";

export const metadata: Metadata = { title: "One-time link" };

export default function LoginLinkPage() {
  return <OneTimeLink purpose="break-glass" />;
}
