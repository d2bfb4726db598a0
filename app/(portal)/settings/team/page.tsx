import type { Metadata } from "next";
import type { ReactNode } from "react";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { listTeam } from "#lib/identity/team/members.ts";
import { MemberControls, WaitingControls } from "./_components/controls.tsx";

export const metadata: Metadata = { title: "Team" };

export default async function TeamPage() {
  const { ctx } = await requirePage("settings.manage");
  const { organisationId } = ctx.actor;
  const { members, waiting } = await listTeam(ctx);
  return (
    <>
      <KeepFresh everyMs={10_000} />
      <h1 className="mb-4 text-xl font-semibold">Team</h1>
      <h2 className="mb-2 font-semibold">Pending requests</h2>
      {waiting.length === 0 ? <p className="mb-6 text-sm text-muted">No pending requests.</p> : null}
      <ul className="mb-6 space-y-2 empty:hidden">
        {waiting.map((person) => (
          <Row key={person.userId} person={person}>
            <WaitingControls
              organisationId={organisationId}
              userId={person.userId}
              name={person.displayName}
            />
          </Row>
        ))}
      </ul>
      <h2 className="mb-2 font-semibold">Members</h2>
      <ul className="space-y-2">
        {members.map((person) => (
          <Row key={person.userId} person={person}>
            <MemberControls
              organisationId={organisationId}
              userId={person.userId}
              name={person.displayName}
              role={person.role}
            />
          </Row>
        ))}
      </ul>
    </>
  );
}

function Row({
  person,
  children,
}: {
  person: { displayName: string; signInName: string };
  children: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-center gap-3 rounded-md border border-line bg-raised p-3 text-sm">
      <span className="flex-1">
        <strong>{person.displayName}</strong> {person.signInName}
      </span>
      {children}
    </li>
  );
}
