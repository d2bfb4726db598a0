import type { Metadata } from "next";
import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { listVendorConfigurations } from "#lib/services/configurations/list.ts";
import { ConfigurationActions } from "./_components/configuration-actions.tsx";

export const metadata: Metadata = { title: "Vendor Configurations" };

export default async function SettingsPage() {
  const { ctx } = await requirePage("settings.manage");
  const configurations = await listVendorConfigurations(ctx);
  const nowIso = ctx.services.now().toISOString();
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <h1 className="text-xl font-semibold">Vendor Configurations</h1>
        <Link className={`${buttonStyle({ tone: "primary" })} ml-auto`} href="/settings/configurations/new">
          Add Configuration
        </Link>
      </div>
      {configurations.length === 0 ? (
        <Notice title="No vendor is connected yet">
          Add a configuration to see Defender for Cloud's alerts here.
        </Notice>
      ) : null}
      <ul className="space-y-3">
        {configurations.map((one) => (
          <li key={one.id} className="rounded-lg border border-line bg-raised p-4 text-sm">
            <div className="flex flex-wrap items-baseline gap-x-3">
              <h2 className="text-base font-semibold">{one.displayName}</h2>
              <span className="text-muted">
                {one.vendorLabel} · OAuth · {one.subscriptionId}
              </span>
            </div>
            <p className="mt-2">
              <strong>{one.health.word}</strong>
              {one.health.reason ? `. ${one.health.reason}` : ""} {one.health.remedy}
            </p>
            <p className="mt-1 text-muted">
              Last good sync:{" "}
              {one.lastGoodSyncAt ? <Moment iso={one.lastGoodSyncAt} nowIso={nowIso} /> : "never"} · Next:{" "}
              {one.nextSyncAt ? <Moment iso={one.nextSyncAt} nowIso={nowIso} /> : "none planned"} · Alerts in
              24 h: {one.alerts24h}
            </p>
            <ConfigurationActions
              id={one.id}
              displayName={one.displayName}
              disabled={one.health.word === "Disabled"}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
