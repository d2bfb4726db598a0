import type { Metadata } from "next";
import { requirePage } from "#lib/auth/session.ts";
import { getKeyStanding } from "#lib/alerting/keys.ts";
import { getReachability } from "#lib/alerting/devices/reachability.ts";
import { ExpiryUnknown } from "../_components/expiry-unknown.tsx";
import { KeyNotice } from "../_components/key-notice.tsx";
import { PeopleList } from "./_components/people-list.tsx";
import { WorkerNotice } from "./_components/worker-notice.tsx";
import { Uncovered } from "./_components/uncovered.tsx";

export const metadata: Metadata = { title: "Readiness" };

export default async function ReadinessPage() {
  const { ctx } = await requirePage("settings.manage");
  const { people, coverageGaps, unknownExpiries, hasMail, hasConfiguration, worker } =
    await getReachability(ctx);
  const nowIso = ctx.services.now().toISOString();
  const count = (reach: (typeof people)[number]["reach"]) =>
    people.filter((person) => person.reach === reach).length;
  return (
    <>
      <h1 className="mb-2 text-xl font-semibold">Readiness</h1>
      <p className="mb-6 max-w-prose text-sm text-muted">
        Who an alert would reach now. A device is verified if it displayed a notification in the last 7 days.
      </p>
      <div className="mb-6">
        <KeyNotice standing={await getKeyStanding(ctx)} />
      </div>
      <div className="space-y-8 text-sm">
        <WorkerNotice worker={worker} nowIso={nowIso} />
        <section>
          <h2 className="mb-2 text-base font-semibold">Coverage gaps, next 7 days</h2>
          {hasConfiguration ? (
            <Uncovered coverageGaps={coverageGaps} />
          ) : (
            <p className="text-muted">No configuration is enabled, so there are no alerts to cover.</p>
          )}
        </section>
        {unknownExpiries.length > 0 ? (
          <section>
            <h2 className="mb-2 text-base font-semibold">Secrets</h2>
            <ul className="space-y-2">
              {unknownExpiries.map(({ configurationId, names }) => (
                <li
                  key={configurationId}
                  className="rounded-md border border-l-4 border-medium bg-raised p-3"
                >
                  <p className="font-medium break-words">{names.join(", ")}</p>
                  <p>
                    <ExpiryUnknown configurationId={configurationId} />
                  </p>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        <section>
          <h2 className="mb-1 text-base font-semibold">People and devices</h2>
          <p className="mb-3 text-muted">
            {count("verified")} verified · {count("unverified")} not verified · {count("unreachable")} not
            reachable
            {hasMail ? "" : " · E-mail isn't set up, so people without a device are never notified"}
          </p>
          <PeopleList organisationId={ctx.actor.organisationId} people={people} nowIso={nowIso} />
        </section>
      </div>
    </>
  );
}
