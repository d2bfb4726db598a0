import type { Metadata } from "next";
import { OneTimeLink } from "../one-time-link.tsx";

export const metadata: Metadata = { title: "First Admin" };

export default function FirstAdminPage() {
  return <OneTimeLink purpose="first-admin" />;
}
