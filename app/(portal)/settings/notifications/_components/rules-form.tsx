"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { NotificationPolicy } from "#lib/domain/notification-policy.ts";
import { setRules } from "../actions.ts";
import { useOutcome } from "./use-outcome.ts";

const numbers = [
  [
    "escalateMinutes",
    "Minutes until more people are told",
    "Of a High alert that nobody acknowledged or closed: everyone who may see it, and after as long again the admins.",
  ],
  [
    "freshMinutes",
    "Minutes after which an alert is too old to ring",
    "By the time at which Azure raised it. What is older is in the list, and rings nobody's phone.",
  ],
] as const;

/** For admins: what holds for everyone of the team. */
export function RulesForm({ organisationId, rules }: { organisationId: string; rules: NotificationPolicy }) {
  const [minutes, setMinutes] = useState({
    escalateMinutes: String(rules.escalateMinutes),
    freshMinutes: String(rules.freshMinutes),
  });
  const [isPrivate, setPrivate] = useState(rules.isPrivate);
  const { said, busy, run } = useOutcome();
  const save = () => {
    const input = {
      escalateMinutes: Number(minutes.escalateMinutes || Number.NaN),
      freshMinutes: Number(minutes.freshMinutes || Number.NaN),
      isPrivate,
    };
    run(() => setRules(organisationId, input), "Saved.");
  };
  return (
    <form
      className="max-w-prose space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {numbers.map(([field, label, hint]) => (
        <div key={field}>
          <label className="block font-medium" htmlFor={field}>
            {label}
          </label>
          <input
            id={field}
            className="mt-1 block min-h-11 w-28 rounded-md border border-line bg-raised px-3 text-base md:min-h-9 md:text-sm"
            inputMode="numeric"
            required
            aria-describedby={`${field}-hint`}
            value={minutes[field]}
            onChange={(event) => setMinutes({ ...minutes, [field]: event.target.value })}
          />
          <p id={`${field}-hint`} className="mt-1 text-muted">
            {hint}
          </p>
        </div>
      ))}
      <div>
        <label className="flex min-h-11 items-center gap-2 font-medium md:min-h-0">
          <input
            type="checkbox"
            className="size-5 md:size-4"
            checked={isPrivate}
            aria-describedby="private-hint"
            onChange={() => setPrivate(!isPrivate)}
          />
          Private notifications
        </label>
        <p id="private-hint" className="mt-1 text-muted">
          They name the severity and how many there are, and nothing of the alert.
        </p>
      </div>
      <Button type="submit" disabled={busy}>
        {busy ? "Saving …" : "Save for everyone"}
      </Button>
      {said ? (
        <output className="block">
          <Notice {...said} />
        </output>
      ) : null}
    </form>
  );
}
