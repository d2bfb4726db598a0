import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Shell } from "#components/shell/shell.tsx";
import { renderedFor } from "#lib/domain/rendered-for.ts";
import { getServices } from "#lib/auth/services.ts";
import { requirePage } from "#lib/auth/session.ts";
import { getWebPushSetup } from "#lib/alerting/devices/web-push-setup.ts";
import { getOwnShift } from "#lib/alerting/preferences/get-own.ts";
import { listOwnOrganisations } from "#lib/identity/sessions/current.ts";
import { getTriageCount } from "#lib/triage/summary.ts";
import { chooseOrganisation, endSession } from "../(auth)/actions.ts";
import { KeepDevice } from "./_components/keep-device.tsx";
import { ReportTimeZone } from "./_components/report-time-zone.tsx";
import { SessionWatch } from "./_components/session-watch.tsx";

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const { ctx, person } = await requirePage();
  const { membership } = person;
  const { shift } = await getOwnShift(ctx);
  const theme = (await cookies()).get("pocketsoc.theme")?.value;
  return (
    <Shell
      // the key changes with the organisation, so that nothing of the previous one stays on screen
      key={membership?.organisationId}
      organisation={{ id: membership?.organisationId ?? "", name: membership?.organisationName ?? "" }}
      organisations={
        person.organisationIds.length > 1 ? await listOwnOrganisations(getServices(), person) : []
      }
      renderedFor={membership ? renderedFor({ ...membership, userId: person.userId }) : undefined}
      name={person.name}
      theme={theme === "dark" || theme === "light" ? theme : "system"}
      triage={membership ? await getTriageCount(ctx) : null}
      signOut={endSession}
      chooseOrganisation={chooseOrganisation}
    >
      <KeepDevice
        organisationId={membership?.organisationId ?? ""}
        publicKey={(await getWebPushSetup(ctx)).publicKey}
        isDevice={person.deviceId !== null}
      />
      {shift.kind === "unanswered" && !person.alertsOnly ? (
        <ReportTimeZone organisationId={membership?.organisationId ?? ""} known={shift.timeZone} />
      ) : null}
      {person.alertsOnly ? null : <SessionWatch />}
      {children}
    </Shell>
  );
}
