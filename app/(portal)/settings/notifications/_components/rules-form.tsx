"use client";

import { useMemo } from "react";
import { Button } from "#components/ui/button.tsx";
import { ChoiceRow } from "#components/ui/choices.tsx";
import { Field, inputStyle } from "#components/ui/field.tsx";
import { Outcome } from "#components/ui/outcome.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { useChanges } from "#components/ui/use-changes.ts";
import { type NotificationPolicy, policyLabel } from "#lib/domain/notification-policy.ts";
import { setRules } from "../actions.ts";

const escalation = (minutes: string) =>
  `A High alert that nobody acknowledges goes to everyone on call after ${minutes || "these"} min, and to the admins after another ${minutes || "these"} min.`;

const numbers = [
  ["escalateMinutes", escalation],
  [
    "silentMinutes",
    (minutes: string) =>
      minutes === "0"
        ? "An owner keeps an Active High alert for any time. With a number, it needs triage again after so long."
        : `An Active High alert whose owner does nothing for ${minutes || "so many"} min needs triage and notifies again. 0 switches this off.`,
  ],
  [
    "freshMinutes",
    (_minutes: string, provider: string) =>
      `Measured from when ${provider} raised the alert until PocketSOC received it. Late alerts don't notify one by one.`,
  ],
] as const;

type Props = {
  organisationId: string;
  /** the platform that holds the alerts, or "the vendor" if there are several */
  provider: string;
  rules: NotificationPolicy;
};

/** The form of the organisation's notification policy, for admins. */
export function RulesForm({ organisationId, provider, rules }: Props) {
  const saved = useMemo(
    () => ({
      escalateMinutes: String(rules.escalateMinutes),
      silentMinutes: String(rules.silentMinutes),
      freshMinutes: String(rules.freshMinutes),
      isPrivate: rules.isPrivate,
    }),
    [rules],
  );
  const { values, unsaved, change, noteSaved } = useChanges(saved);
  const saving = useAction("The portal could not be reached, so nothing was changed. Try again.");
  const save = () => {
    const input = Object.fromEntries(
      Object.entries(unsaved).map(([name, value]) => [
        name,
        typeof value === "string" ? Number(value || Number.NaN) : value,
      ]),
    );
    saving.run(() => setRules(organisationId, input), { say: "Saved.", done: () => noteSaved(unsaved) });
  };
  return (
    <form
      className="max-w-prose space-y-4"
      onChange={saving.clear}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {numbers.map(([field, help]) => (
        <Field
          key={field}
          id={field}
          label={`${policyLabel[field]} (minutes)`}
          help={help(values[field], provider)}
          className={`${inputStyle} max-w-28`}
          inputMode="numeric"
          required
          value={values[field]}
          onChange={(event) => change({ [field]: event.target.value })}
        />
      ))}
      <div>
        <ChoiceRow
          type="checkbox"
          className="font-medium"
          checked={values.isPrivate}
          aria-describedby="private-hint"
          onChange={() => change({ isPrivate: !values.isPrivate })}
        >
          Private notifications
        </ChoiceRow>
        <p id="private-hint" className="mt-1 text-muted">
          Notifications show only the severity and the number of alerts.
        </p>
      </div>
      <Button type="submit" disabled={saving.busy}>
        {saving.busy ? "Saving …" : "Save for everyone"}
      </Button>
      <Outcome of={saving} />
    </form>
  );
}
