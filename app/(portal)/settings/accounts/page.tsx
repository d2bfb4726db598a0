import type { Metadata } from "next";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { getServices } from "#lib/auth/services.ts";
import { requirePage } from "#lib/auth/session.ts";
import { accountWords } from "#lib/core/vendors.ts";
import { accountsLabel } from "#lib/domain/vendor-words.ts";
import { listOwnAccounts } from "#lib/sources/accounts/list.ts";
import { AccountCard } from "./_components/account-card.tsx";

export const generateMetadata = (): Metadata => ({ title: accountsLabel(accountWords(getServices())) });

export default async function AccountsPage() {
  const { ctx } = await requirePage("settings.own");
  const { configurations, now } = await listOwnAccounts(ctx);
  const words = accountWords(ctx.services);
  return (
    <div className="max-w-3xl space-y-4 text-sm">
      <KeepFresh everyMs={10_000} />
      <h1 className="text-xl font-semibold">{accountsLabel(words)}</h1>
      <p className="text-muted">
        {`PocketSOC uses your ${words.account} to read delegated ${words.scopes} and change status. Tokens are encrypted and stay on this server.`}
      </p>
      {configurations.length === 0 ? (
        <p className="rounded-lg border border-dashed border-line p-8 text-center text-muted">
          None of your team's configurations uses personal accounts, so there is nothing to connect.
        </p>
      ) : (
        <ul className="space-y-3">
          {configurations.map((configuration) => (
            <AccountCard key={configuration.id} configuration={configuration} nowIso={now} />
          ))}
        </ul>
      )}
    </div>
  );
}
