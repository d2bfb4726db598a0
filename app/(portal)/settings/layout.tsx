import type { ReactNode } from "react";
import { requirePage } from "#lib/auth/session.ts";
import { isAllowed } from "#lib/core/context.ts";
import { accountWords } from "#lib/core/vendors.ts";
import { accountsLabel } from "#lib/domain/vendor-words.ts";
import { SettingsTab } from "./_components/settings-tab.tsx";

/**
 * The tabs of Settings: address, label and required permission. A null label stands for the vendors' word for people's
 * accounts.
 */
const entries = [
  ["/settings", "Vendor Configurations", "settings.manage"],
  ["/settings/webhooks", "Webhook URLs", "settings.manage"],
  ["/settings/deliveries", "Deliveries", "settings.manage"],
  ["/settings/team", "Team", "settings.manage"],
  ["/settings/audit-log", "Audit log", "settings.manage"],
  ["/settings/readiness", "Readiness", "settings.manage"],
  ["/settings/notifications", "Notifications", "settings.own"],
  ["/settings/outgoing-webhook", "Outgoing webhook", "settings.manage"],
  ["/settings/accounts", null, "settings.own"],
  ["/settings/tokens", "API tokens", "settings.own"],
] as const;

/** The frame of all Settings pages. It has a tab for each page that the person is permitted to open. */
export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const { ctx } = await requirePage("settings.own");
  return (
    <div className="mx-auto max-w-5xl">
      <nav aria-label="Settings" className="mb-5 flex gap-x-1 overflow-x-auto border-b border-line text-sm">
        {entries
          .filter(([, , permission]) => isAllowed(ctx.actor, permission))
          .map(([href, label]) => (
            <SettingsTab key={href} href={href}>
              {label ?? accountsLabel(accountWords(ctx.services))}
            </SettingsTab>
          ))}
      </nav>
      {children}
    </div>
  );
}
