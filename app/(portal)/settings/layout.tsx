import type { ReactNode } from "react";
import { requirePage } from "#lib/auth/session.ts";
import { SettingsTab } from "./_components/settings-tab.tsx";

const entries = [
  ["/settings", "Vendor Configurations"],
  ["/settings/team", "Team"],
  ["/settings/audit-log", "Audit log"],
] as const;

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  await requirePage("settings.manage");
  return (
    <div className="mx-auto max-w-5xl">
      <nav aria-label="Settings" className="mb-5 flex gap-x-1 overflow-x-auto border-b border-line text-sm">
        {entries.map(([href, label]) => (
          <SettingsTab key={href} href={href}>
            {label}
          </SettingsTab>
        ))}
      </nav>
      {children}
    </div>
  );
}
