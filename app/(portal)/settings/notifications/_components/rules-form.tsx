"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ChoiceRow } from "#components/ui/choices.tsx";
import { Field, inputStyle } from "#components/ui/field.tsx";
import { Outcome } from "#components/ui/outcome.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { NotificationPolicy } from "#lib/domain/notification-policy.ts";
import { setRules } from "../actions.ts";

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
  const saving = useAction("The portal could not be reached, so nothing was changed. Try again.");
  const save = () => {
    const input = {
      escalateMinutes: Number(minutes.escalateMinutes || Number.NaN),
      freshMinutes: Number(minutes.freshMinutes || Number.NaN),
      isPrivate,
    };
    saving.run(() => setRules(organisationId, input), { say: "Saved." });
  };
  return (
    <form
      className="max-w-prose space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {numbers.map(([field, label, help]) => (
        <Field
          key={field}
          id={field}
          label={label}
          help={help}
          className={`${inputStyle} max-w-28`}
          inputMode="numeric"
          required
          value={minutes[field]}
          onChange={(event) => setMinutes({ ...minutes, [field]: event.target.value })}
        />
      ))}
      <div>
        <ChoiceRow
          type="checkbox"
          className="font-medium"
          checked={isPrivate}
          aria-describedby="private-hint"
          onChange={() => setPrivate(!isPrivate)}
        >
          Private notifications
        </ChoiceRow>
        <p id="private-hint" className="mt-1 text-muted">
          They name the severity and how many there are, and nothing of the alert.
        </p>
      </div>
      <Button type="submit" disabled={saving.busy}>
        {saving.busy ? "Saving …" : "Save for everyone"}
      </Button>
      <Outcome of={saving} />
    </form>
  );
}
