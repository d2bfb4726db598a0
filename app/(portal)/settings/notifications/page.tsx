import type { Metadata } from "next";
import { Notice } from "#components/ui/notice.tsx";
import { neutralWords } from "#lib/domain/vendor-words.ts";
import { mayRead } from "#lib/domain/access.ts";
import { requirePage } from "#lib/auth/session.ts";
import { listVisibleConfigurations } from "#lib/sources/configurations/list-visible.ts";
import { isAllowed } from "#lib/core/context.ts";
import { listDevices } from "#lib/alerting/devices/list.ts";
import { getWebPushSetup } from "#lib/alerting/devices/web-push-setup.ts";
import { getOwnPreferences } from "#lib/alerting/preferences/get-own.ts";
import { getNotificationPolicy } from "#lib/alerting/preferences/get-policy.ts";
import { DeviceList } from "./_components/device-list.tsx";
import { RulesForm } from "./_components/rules-form.tsx";
import { ThisDevice } from "./_components/this-device.tsx";
import { WishesForm } from "./_components/wishes-form.tsx";

export const metadata: Metadata = { title: "Notifications" };

export default async function NotificationsPage() {
  const { ctx } = await requirePage("settings.own");
  const { organisationId } = ctx.actor;
  const { publicKey, problem } = await getWebPushSetup(ctx);
  const visible = await listVisibleConfigurations(ctx);
  const providers = [...new Set(visible.map(({ provider }) => provider))];
  const devices = await listDevices(ctx);
  const nowIso = ctx.services.now().toISOString();
  return (
    <>
      <h1 className="mb-2 text-xl font-semibold">Notifications</h1>
      <p className="mb-6 max-w-prose text-sm text-muted">
        New alerts reach the people on shift within seconds, on each of their devices. Late alerts are
        summarised. Samples notify whoever set up their configuration or webhook within a day, and others
        within their hours (07:00–22:00 where none are set).
      </p>
      <div className="space-y-8 text-sm">
        {publicKey ? (
          <ThisDevice organisationId={organisationId} publicKey={publicKey} />
        ) : (
          <Notice tone="warning" title="Nobody can be notified at present">
            {problem}
          </Notice>
        )}
        <section>
          <h2 className="mb-2 text-base font-semibold">Your devices</h2>
          <DeviceList organisationId={organisationId} devices={devices} nowIso={nowIso} />
        </section>
        <section>
          <h2 className="mb-2 text-base font-semibold">Notify me about</h2>
          <WishesForm
            organisationId={organisationId}
            preferences={await getOwnPreferences(ctx)}
            configurations={visible
              .filter((one) => mayRead(one.access))
              .map(({ id, displayName: label }) => ({ id, label }))}
            nowIso={nowIso}
          />
        </section>
        {isAllowed(ctx.actor, "settings.manage") ? (
          <section>
            <h2 className="mb-2 text-base font-semibold">Rules for everyone</h2>
            <RulesForm
              organisationId={organisationId}
              provider={(providers.length === 1 ? providers[0] : null) ?? neutralWords.provider}
              rules={await getNotificationPolicy(ctx)}
            />
          </section>
        ) : null}
      </div>
    </>
  );
}
