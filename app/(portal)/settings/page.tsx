import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { buttonStyle } from "#components/ui/button.tsx";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { getKeyStanding } from "#lib/alerting/keys.ts";
import { requirePage } from "#lib/auth/session.ts";
import { isAllowed } from "#lib/core/context.ts";
import { offeredManifests } from "#lib/core/vendors.ts";
import { listGuides } from "#lib/sources/guides/get.ts";
import { listVendorConfigurations } from "#lib/sources/configurations/list.ts";
import { ConfigurationList } from "./_components/configuration-list.tsx";
import { KeyNotice } from "./_components/key-notice.tsx";

export const metadata: Metadata = { title: "Vendor Configurations" };

export default async function SettingsPage() {
  const { ctx } = await requirePage("settings.own");
  if (!isAllowed(ctx.actor, "settings.manage")) redirect("/settings/accounts");
  const configurations = await listVendorConfigurations(ctx);
  const unproven = configurations.some((configuration) => configuration.health.state === "not_proven");
  const expiring = configurations.filter(({ expiry }) => expiry !== null && expiry.level !== "doubtful");
  return (
    <>
      <KeepFresh everyMs={unproven ? 2_000 : 10_000} />
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <h1 className="text-xl font-semibold">Vendor Configurations</h1>
        <Link className={`${buttonStyle({ tone: "primary" })} ml-auto`} href="/settings/configurations/new">
          Add Configuration
        </Link>
      </div>
      {expiring.length > 0 ? (
        <div className="mb-4">
          <Notice
            tone={
              expiring.some((configuration) => configuration.expiry?.level !== "notice")
                ? "danger"
                : "warning"
            }
            title={
              expiring.length === 1
                ? "A secret or certificate needs replacing"
                : "Secrets or certificates need replacing"
            }
          >
            <ul>
              {expiring.map((configuration) => (
                <li key={configuration.id}>
                  <Link
                    className="text-accent underline"
                    href={`/settings/configurations/${configuration.id}`}
                  >
                    {configuration.displayName}
                  </Link>
                  {`: it ${configuration.expiry?.text}.`}
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      ) : null}
      {configurations.length === 0 ? (
        <div className="rounded-lg border border-dashed border-line p-8 text-center text-sm text-muted">
          <p className="mb-1 text-base font-semibold text-ink">No vendor is connected yet</p>
          <p>
            {`Add a configuration to see the alerts of ${offeredManifests(ctx.services)
              .map((configuration) => configuration.label)
              .join(" or ")}. The guide stands beside the form.`}
          </p>
          <p className="mt-2">
            {"Or read it first: "}
            {listGuides(ctx.services).map((guide) => (
              <Link key={guide.id} className="text-accent underline" href={guide.href}>
                {guide.title}
              </Link>
            ))}
          </p>
        </div>
      ) : (
        <ConfigurationList configurations={configurations} nowIso={ctx.services.now().toISOString()} />
      )}
      <div className="mt-6">
        <KeyNotice standing={await getKeyStanding(ctx)} />
      </div>
    </>
  );
}
