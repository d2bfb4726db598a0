"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { type Role, roleLabel, roleMeaning, roles } from "#lib/domain/roles.ts";
import { admit, decline, removeFromTeam, setRole } from "../actions.ts";

const selectStyle = "min-h-11 rounded-md border border-line bg-raised px-2 text-base md:min-h-9 md:text-sm";

function useCall() {
  const router = useRouter();
  const [problem, setProblem] = useState("");
  const [busy, startTransition] = useTransition();
  const call = (action: () => Promise<{ ok: boolean; message?: string }>) =>
    startTransition(async () => {
      const answer = await action();
      setProblem(answer.ok ? "" : (answer.message ?? ""));
      router.refresh();
    });
  return { call, busy, problem };
}

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

export function WaitingControls({ userId, name }: { userId: string; name: string }) {
  const { call, busy, problem } = useCall();
  const [role, setRoleWanted] = useState<Role>("analyst");
  return (
    <>
      <RoleSelect label={`Role for ${name}`} value={role} onChange={setRoleWanted} />
      <Button tone="primary" disabled={busy} onClick={() => call(() => admit(userId, role))}>
        Let in
      </Button>
      <Button disabled={busy} onClick={() => call(() => decline(userId))}>
        Decline
      </Button>
      <output className="text-danger empty:hidden">{problem}</output>
    </>
  );
}

export function MemberControls({ userId, name, role }: { userId: string; name: string; role: Role }) {
  const { call, busy, problem } = useCall();
  return (
    <>
      <RoleSelect
        label={`Role of ${name}`}
        value={role}
        onChange={(wanted) => call(() => setRole(userId, wanted))}
      />
      <Button tone="danger" disabled={busy} onClick={() => call(() => removeFromTeam(userId))}>
        Remove
      </Button>
      <output className="text-danger empty:hidden">{problem}</output>
    </>
  );
}
