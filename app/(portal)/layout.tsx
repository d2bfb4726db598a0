import type { ReactNode } from "react";
import { requirePage } from "#lib/auth/session.ts";
import { endSession } from "../(auth)/actions.ts";
import { Shell } from "#components/shell/shell.tsx";

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const { person } = await requirePage();
  const isAdmin = person.membership?.role === "admin";
  const entries = [
    { href: "/detections", label: "Detections" },
    ...(isAdmin ? [{ href: "/settings", label: "Settings" }] : []),
  ];
  return (
    <Shell
      entries={entries}
      organisation={person.membership?.organisationName ?? ""}
      name={person.name}
      signOut={endSession}
    >
      {children}
    </Shell>
  );
}
