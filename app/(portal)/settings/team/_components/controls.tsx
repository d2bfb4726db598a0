"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { type Role, roleLabel, roleMeaning, roles } from "#lib/domain/roles.ts";
import { admit, decline, removeFromTeam, setRole } from "../actions.ts";

const unreachable = "The portal could not be reached. Reload the page to see who is in the team and as what.";
const selectStyle = "min-h-11 rounded-md border border-line bg-raised px-2 text-base md:min-h-9 md:text-sm";

function RoleSelect({
  label,
  value,
  onChange,
}: {
  label: string;
  value: Role;
  onChange: (role: Role) => void;
}) {
  return (
    <select
      aria-label={label}
      className={selectStyle}
      value={value}
      onChange={(event) => onChange(event.target.value as Role)}
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {`${roleLabel[role]}: ${roleMeaning[role]}`}
        </option>
      ))}
    </select>
  );
}

type Person = { organisationId: string; userId: string; name: string };

export function WaitingControls({ organisationId, userId, name }: Person) {
  const { run, busy, problem } = useAction(unreachable);
  const [role, setRoleWanted] = useState<Role>("analyst");
  return (
    <>
      <RoleSelect label={`Role for ${name}`} value={role} onChange={setRoleWanted} />
      <Button tone="primary" disabled={busy} onClick={() => run(() => admit(organisationId, userId, role))}>
        Let in
      </Button>
      <Button disabled={busy} onClick={() => run(() => decline(organisationId, userId))}>
        Decline
      </Button>
      <output className="text-danger empty:hidden">{problem}</output>
    </>
  );
}

export function MemberControls({ organisationId, userId, name, role }: Person & { role: Role }) {
  const { run, busy, problem } = useAction(unreachable);
  const [asked, setAsked] = useState(false);
  return (
    <>
      <RoleSelect
        label={`Role of ${name}`}
        value={role}
        onChange={(wanted) => run(() => setRole(organisationId, userId, wanted))}
      />
      <Button tone="danger" disabled={busy} onClick={() => setAsked(true)}>
        Remove
      </Button>
      {asked ? (
        <Dialog title={`Remove ${name}?`} onClose={() => setAsked(false)}>
          <p>
            Their sessions here end at once. What they did stays in timelines and in the audit log. They can
            ask to be let in again.
          </p>
          <div className="mt-4 flex gap-2">
            <Button
              tone="danger"
              onClick={() => {
                setAsked(false);
                run(() => removeFromTeam(organisationId, userId));
              }}
            >
              {`Remove ${name}`}
            </Button>
            <Button onClick={() => setAsked(false)}>Cancel</Button>
          </div>
        </Dialog>
      ) : null}
      <output className="text-danger empty:hidden">{problem}</output>
    </>
  );
}
