import type { Metadata } from "next";
import { Notice } from "#components/ui/notice.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { getPushSetup, listDevices } from "#lib/services/devices/list.ts";
import { DeviceList } from "./_components/device-list.tsx";
import { ThisDevice } from "./_components/this-device.tsx";

export const metadata: Metadata = { title: "Notifications" };

export default async function NotificationsPage() {
  const { ctx } = await requirePage();
  const { organisationId } = ctx.actor;
  const { publicKey, problem } = await getPushSetup(ctx);
  const devices = await listDevices(ctx);
  return (
    <>
      <h1 className="mb-2 text-xl font-semibold">Notifications</h1>
      <p className="mb-6 max-w-prose text-sm text-muted">
        Each device below is told of every new High alert that you may see, within seconds. Alerts that were
        raised more than an hour before they came, and samples, don't ring.
      </p>
      <div className="space-y-8 text-sm">
        {publicKey ? (
          <ThisDevice organisationId={organisationId} publicKey={publicKey} />
        ) : (
          <Notice tone="warning" title="Nobody is told of alerts at the moment">
            {problem}
          </Notice>
        )}
        <section>
          <h2 className="mb-2 text-base font-semibold">Your devices</h2>
          <DeviceList
            organisationId={organisationId}
            devices={devices}
            nowIso={ctx.services.now().toISOString()}
          />
        </section>
      </div>
    </>
  );
}
