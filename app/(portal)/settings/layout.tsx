import Link from "next/link";
import type { ReactNode } from "react";
import { requirePage } from "#lib/auth/session.ts";

const entries = [
  ["/settings", "Vendor Configurations"],
  ["/settings/team", "Team"],
  ["/settings/audit-log", "Audit log"],
] as const;

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  await requirePage("settings.manage");
  return (
    <div className="mx-auto max-w-5xl">
      <nav aria-label="Settings" className="mb-5 flex flex-wrap gap-x-5 border-b border-line text-sm">
        {entries.map(([href, label]) => (
          <Link key={href} href={href} className="flex min-h-11 items-center hover:underline">
            {label}
          </Link>
        ))}
      </nav>
      {children}
    </div>
  );
}
