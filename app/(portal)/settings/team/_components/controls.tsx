"use client";

import { useState } from "react";
import { ActionButton } from "#components/ui/action-button.tsx";
import { ConfirmButton } from "#components/ui/confirm-button.tsx";
import { Select } from "#components/ui/field.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { type Role, roleLabel, roleMeaning, roles } from "#lib/domain/roles.ts";
import { admit, decline, removeFromTeam, setRole } from "../actions.ts";

const unreachable = "The portal could not be reached. Reload the page to see the current members and roles.";

function RoleSelect(props: { label: string; value: Role; onChange: (role: Role) => void }) {
  return (
    <Select
      aria-label={props.label}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value as Role)}
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {`${roleLabel[role]}: ${roleMeaning[role]}`}
        </option>
      ))}
    </Select>
  );
}

type Person = { organisationId: string; userId: string; name: string };

/** Buttons that approve or decline a person who asks to join the team. */
export function WaitingControls({ organisationId, userId, name }: Person) {
  const { run, busy, problem } = useAction(unreachable);
  const [role, setChosenRole] = useState<Role>("analyst");
  return (
    <>
      <RoleSelect label={`Role for ${name}`} value={role} onChange={setChosenRole} />
      <ActionButton
        tone="primary"
        disabled={busy}
        onAct={() => run(() => admit(organisationId, userId, role))}
      >
        Approve
      </ActionButton>
      <ActionButton disabled={busy} onAct={() => run(() => decline(organisationId, userId))}>
        Decline
      </ActionButton>
      <output className="text-danger empty:hidden">{problem}</output>
    </>
  );
}

/** Controls that change a member's role or remove the member. */
export function MemberControls({ organisationId, userId, name, role }: Person & { role: Role }) {
  const { run, problem } = useAction(unreachable);
  return (
    <>
      <RoleSelect
        label={`Role of ${name}`}
        value={role}
        onChange={(wanted) => run(() => setRole(organisationId, userId, wanted))}
      />
      <ConfirmButton
        tone="danger"
        title={`Remove ${name}?`}
        text="Their sessions end immediately. Their actions stay in timelines and in the audit log. They can ask to join again."
        confirm={`Remove ${name}`}
        confirmTone="danger"
        busyLabel="Removing …"
        unreachable={unreachable}
        action={() => removeFromTeam(organisationId, userId)}
      >
        Remove
      </ConfirmButton>
      <output className="text-danger empty:hidden">{problem}</output>
    </>
  );
}
