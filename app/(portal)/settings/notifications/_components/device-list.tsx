"use client";

import { ActionButton } from "#components/ui/action-button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Outcome } from "#components/ui/outcome.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { permissionProblem, platformLabel } from "#lib/domain/device.ts";
import type { DeviceItem } from "#lib/alerting/devices/list.ts";
import { remove, sendTest } from "../actions.ts";
import { RenameDevice } from "./rename-device.tsx";

type Props = { organisationId: string; devices: DeviceItem[]; nowIso: string };

/** The person's own devices, each with its state and actions. */
export function DeviceList({ organisationId, devices, nowIso }: Props) {
  if (devices.length === 0)
    return <p className="text-muted">None yet, so you get no notifications. Allow them on your phone.</p>;
  return (
    <ul className="space-y-2">
      {devices.map((device) => (
        <Row key={device.id} organisationId={organisationId} device={device} nowIso={nowIso} />
      ))}
    </ul>
  );
}

function Row({
  organisationId,
  device,
  nowIso,
}: {
  organisationId: string;
  device: DeviceItem;
  nowIso: string;
}) {
  const acting = useAction("The portal could not be reached, so nothing was changed. Try again.");
  const blocked = problemOf(device);
  const reachable = !device.isGone && !device.isDeactivated && !blocked;
  return (
    <li className="space-y-3 rounded-md border border-line bg-raised p-3">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-0 flex-1 basis-52">
          <p className="font-medium break-words">{device.name}</p>
          <p className="text-muted">
            <DeviceState device={device} nowIso={nowIso} />
            {" · "}last used <Moment iso={device.lastSeenAt} nowIso={nowIso} />
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <RenameDevice organisationId={organisationId} device={device} />
          <ActionButton
            disabled={acting.busy || !reachable}
            aria-label={`Send test to ${device.name}`}
            onAct={() =>
              acting.run(() => sendTest(organisationId, device.id), {
                say: "A test is on its way to this device.",
              })
            }
          >
            Send test
          </ActionButton>
          <ActionButton
            tone="danger"
            disabled={acting.busy}
            aria-label={`Remove ${device.name}`}
            onAct={() => acting.run(() => remove(organisationId, device.id), { say: "Removed." })}
          >
            Remove
          </ActionButton>
        </div>
      </div>
      {blocked ? <Notice tone="warning" title={blocked} /> : null}
      {device.failures > 0 && device.lastFailure ? (
        <Notice
          tone="warning"
          title={`The last ${device.failures === 1 ? "send" : `${device.failures} sends`} failed`}
        >
          {device.lastFailure}
        </Notice>
      ) : null}
      <Outcome of={acting} />
    </li>
  );
}

/**
 * A sentence that says why the device's browser shows no notifications. Null if the browser allows them or the device is
 * deactivated.
 */
export function problemOf({ permission, isDeactivated }: DeviceItem): string | null {
  if (isDeactivated || permission === null || permission === "granted") return null;
  return permissionProblem[permission];
}

/** The state of a device in a few words. */
function stateOf(device: DeviceItem): string {
  const { isGone, isDeactivated, lastShownAt } = device;
  if (isDeactivated) return "deactivated by an admin, so it gets no notifications";
  if (problemOf(device)) return "can't be reached";
  if (isGone) return "can't be reached: signed out, or notifications are off";
  return lastShownAt ? "reachable" : "not verified yet: send a test";
}

/** What a device is, how it does, and when it last showed a notification. */
export function DeviceState({ device, nowIso }: { device: DeviceItem; nowIso: string }) {
  return (
    <>
      {platformLabel[device.platform]} · {stateOf(device)}
      {device.lastShownAt ? (
        <>
          {" · "}showed a notification <Moment iso={device.lastShownAt} nowIso={nowIso} />
        </>
      ) : null}
    </>
  );
}
