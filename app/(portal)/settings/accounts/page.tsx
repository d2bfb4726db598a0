import type { Metadata } from "next";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { listOwnAccounts } from "#lib/sources/accounts/list.ts";
import { AccountCard } from "./_components/account-card.tsx";

export const metadata: Metadata = { title: "Azure accounts" };

export default async function AccountsPage() {
  const { ctx } = await requirePage("settings.own");
  const { configurations, now } = await listOwnAccounts(ctx);
  return (
    <div className="max-w-3xl space-y-4 text-sm">
      <KeepFresh everyMs={10_000} />
      <h1 className="text-xl font-semibold">Azure accounts</h1>
      <p className="text-muted">
        Your own account decides what you see of a delegated configuration, and whose name a change carries in
        Azure. Its tokens are kept here, sealed, and never leave this server.
      </p>
      {configurations.length === 0 ? (
        <p className="rounded-lg border border-dashed border-line p-8 text-center text-muted">
          No configuration of your team takes people's own accounts, so there is nothing to connect.
        </p>
      ) : (
        <ul className="space-y-3">
          {configurations.map((one) => (
            <AccountCard key={one.id} configuration={one} nowIso={now} />
          ))}
        </ul>
      )}
    </div>
  );
}
