"use client";

import { ActionButton } from "#components/ui/action-button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { useHydrated } from "#components/ui/now.ts";
import { Outcome } from "#components/ui/outcome.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { severityLabel } from "#lib/domain/severity.ts";
import type { Reachability } from "#lib/alerting/devices/reachability.ts";
import { DeviceState, problemOf } from "../../notifications/_components/device-list.tsx";
import { sendTest, setActive } from "../../notifications/actions.ts";

type Person = Reachability["people"][number];
type Device = Person["devices"][number];
type Props = { organisationId: string; people: Person[]; nowIso: string };

const looks = {
  verified: ["bg-success", "Verified"],
  unverified: ["bg-medium", "Not verified"],
  unreachable: ["bg-danger", "Not reachable"],
} as const;

/** The organisation's people, with each person's reachability and devices. For admins. */
export function PeopleList({ organisationId, people, nowIso }: Props) {
  return (
    <ul className="space-y-3">
      {people.map((person) => (
        <li key={person.userId} className="rounded-md border border-line bg-raised">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 p-3">
            <Light reach={person.reach} />
            <p className="min-w-0 flex-1 basis-52">
              <span className="font-medium break-words">{person.name}</span>
              <span className="text-muted">
                {person.isAdmin ? " · Admin" : ""}
                {person.isOn ? ` · ${preferencesOf(person)}` : ""}
                {person.isOn && person.onShiftFrom ? (
                  <>
                    {" "}
                    <Moment iso={person.onShiftFrom} nowIso={nowIso} />
                  </>
                ) : null}
              </span>
              {person.isOn ? null : (
                <span className="block text-medium">
                  Notifications off
                  {person.offSince ? (
                    <>
                      {" since "}
                      <OffSince iso={person.offSince} />
                    </>
                  ) : null}
                </span>
              )}
            </p>
          </div>
          {person.devices.length === 0 ? (
            <p className="border-t border-line p-3 text-muted">
              No device. They add one by opening the portal on their phone: Settings &gt; Notifications.
            </p>
          ) : (
            <ul>
              {person.devices.map((device) => (
                <Row
                  key={device.id}
                  organisationId={organisationId}
                  device={device}
                  person={person.name}
                  nowIso={nowIso}
                />
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Says when a person is on shift, and which severities notify them. Ends before the time that their hours begin. */
function preferencesOf({ severities, shift, isOnShift }: Person): string {
  const named = severities.map((severity) => severityLabel[severity]).join(", ");
  switch (shift) {
    case "none":
      return "not on call";
    case "unanswered":
      return "hasn't said when on shift";
    case "always":
      return `always on shift · ${named}`;
    case "hours":
      return isOnShift ? `on shift now · ${named}` : `${named} · on shift`;
  }
}

/** The time since when notifications are off, such as "12 Nov, 14:02"; in UTC until the page is hydrated. */
function OffSince({ iso }: { iso: string }) {
  const hydrated = useHydrated();
  const text = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...(hydrated ? {} : { timeZone: "UTC" }),
  });
  return (
    <time dateTime={iso} translate="no">
      {text.format(new Date(iso))}
    </time>
  );
}

/** A person's reachability as a colour with a word, because some people can't tell the colours apart. */
function Light({ reach }: { reach: Person["reach"] }) {
  const [colour, words] = looks[reach];
  return (
    <span className="flex w-32 shrink-0 items-center gap-2">
      <span aria-hidden className={`size-3 shrink-0 rounded-full ${colour}`} />
      {words}
    </span>
  );
}

type RowProps = { organisationId: string; device: Device; person: string; nowIso: string };

function Row({ organisationId, device, person, nowIso }: RowProps) {
  const acting = useAction("The portal could not be reached, so nothing was changed. Try again.");
  return (
    <li className="flex flex-wrap items-center gap-3 border-t border-line p-3">
      <Light reach={device.reach} />
      <div className="min-w-0 flex-1 basis-52">
        <p className="break-words">{device.name}</p>
        <p className="text-muted">
          <DeviceState device={device} nowIso={nowIso} />
        </p>
        {problemOf(device) ? <p className="text-medium">{problemOf(device)}</p> : null}
        {device.failures > 0 && device.lastFailure ? (
          <p className="text-muted">{device.lastFailure}</p>
        ) : null}
      </div>
      <div className="flex flex-wrap gap-2">
        <ActionButton
          disabled={acting.busy || device.reach === "unreachable"}
          aria-label={`Test ${device.name} of ${person} now`}
          onAct={() =>
            acting.run(() => sendTest(organisationId, device.id), {
              say: "A test is on its way to this device.",
            })
          }
        >
          Test now
        </ActionButton>
        <ActionButton
          tone={device.isDeactivated ? "quiet" : "danger"}
          disabled={acting.busy}
          aria-label={`${device.isDeactivated ? "Activate" : "Deactivate"} ${device.name} of ${person}`}
          onAct={() =>
            acting.run(() => setActive(organisationId, device.id, device.isDeactivated), {
              say: device.isDeactivated
                ? "Activated."
                : "Deactivated. It gets no notifications, its sessions have ended, and API tokens made on it are revoked.",
            })
          }
        >
          {device.isDeactivated ? "Activate" : "Deactivate"}
        </ActionButton>
      </div>
      <Outcome of={acting} className="basis-full" />
    </li>
  );
}
