import type { ReactNode } from "react";
import { requirePage } from "#lib/auth/session.ts";
import type { Permission } from "#lib/domain/roles.ts";
import { isAllowed } from "#lib/services/context.ts";
import { SettingsTab } from "./_components/settings-tab.tsx";

const entries: { href: string; label: string; needs: Permission }[] = [
  { href: "/settings", label: "Vendor Configurations", needs: "settings.manage" },
  { href: "/settings/team", label: "Team", needs: "settings.manage" },
  { href: "/settings/tokens", label: "API tokens", needs: "detections.read" },
  { href: "/settings/audit-log", label: "Audit log", needs: "settings.manage" },
];

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const { ctx } = await requirePage();
  return (
    <div className="mx-auto max-w-5xl">
      <nav aria-label="Settings" className="mb-5 flex gap-x-1 overflow-x-auto border-b border-line text-sm">
        {entries
          .filter(({ needs }) => isAllowed(ctx.actor, needs))
          .map(({ href, label }) => (
            <SettingsTab key={href} href={href}>
              {label}
            </SettingsTab>
          ))}
      </nav>
      {children}
    </div>
  );
}
