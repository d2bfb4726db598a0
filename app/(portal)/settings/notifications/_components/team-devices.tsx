"use client";

import { Button } from "#components/ui/button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { platformLabel } from "#lib/domain/device.ts";
import type { TeamDevice } from "#lib/services/devices/list.ts";
import { setActive } from "../actions.ts";
import { problemOf, stateOf } from "./device-list.tsx";
import { useOutcome } from "./use-outcome.ts";

type Props = { organisationId: string; people: { name: string; devices: TeamDevice[] }[]; nowIso: string };

/** For admins: who can be reached on what, and who can't be reached at all. */
export function TeamDevices({ organisationId, people, nowIso }: Props) {
  return (
    <ul className="space-y-4">
      {people.map(({ name, devices }) => (
        <li key={devices[0]?.userId ?? name}>
          <p className="font-medium">{name}</p>
          {devices.length === 0 ? (
            <p className="text-medium">No device: nothing reaches them.</p>
          ) : (
            <ul className="mt-1 space-y-2">
              {devices.map((one) => (
                <Row key={one.id} organisationId={organisationId} device={one} nowIso={nowIso} />
              ))}
            </ul>
          )}
        </li>
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
  device: TeamDevice;
  nowIso: string;
}) {
  const { said, busy, run } = useOutcome();
  const change = () =>
    run(
      () => setActive(organisationId, device.id, device.isDeactivated),
      device.isDeactivated ? "Activated." : "Deactivated: nothing is sent there, and its session has ended.",
    );
  return (
    <li className="flex flex-wrap items-center gap-3 rounded-md border border-line bg-raised p-3">
      <div className="min-w-0 flex-1 basis-52">
        <p className="break-words">{device.name}</p>
        <p className="text-muted">
          {platformLabel[device.platform]} · {stateOf(device)}
          {device.provedAt ? (
            <>
              {" · "}last showed one <Moment iso={device.provedAt} nowIso={nowIso} />
            </>
          ) : null}
        </p>
        {problemOf(device) ? <p className="text-medium">{problemOf(device)}</p> : null}
        {device.failures > 0 && device.lastFailure ? (
          <p className="text-muted">{device.lastFailure}</p>
        ) : null}
      </div>
      <Button
        tone={device.isDeactivated ? "quiet" : "danger"}
        disabled={busy}
        aria-label={`${device.isDeactivated ? "Activate" : "Deactivate"} ${device.name} of ${device.person}`}
        onClick={change}
      >
        {device.isDeactivated ? "Activate" : "Deactivate"}
      </Button>
      {said ? (
        <output className="block basis-full">
          <Notice {...said} />
        </output>
      ) : null}
    </li>
  );
}
