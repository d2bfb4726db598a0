"use client";

import { Button } from "#components/ui/button.tsx";
import { Outcome } from "#components/ui/outcome.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { useChanges } from "#components/ui/use-changes.ts";
import type { Preferences } from "#lib/domain/recipients.ts";
import { severities, type Severity, severityLabel } from "#lib/domain/severity.ts";
import { setWishes } from "../actions.ts";
import { ChoiceRow, Choices, Either } from "#components/ui/choices.tsx";
import { ShiftChoice, UntilAnswered } from "./shift-choice.tsx";

const offered = severities
  .filter((severity) => severity !== "unknown")
  .map((severity): { id: Severity; label: string } => ({ id: severity, label: severityLabel[severity] }));

type Props = {
  organisationId: string;
  preferences: Preferences;
  configurations: { id: string; label: string }[];
  nowIso: string;
};

/** The form of a person's preferences: which alerts notify them and when, on all their devices. */
export function WishesForm({ organisationId, preferences, configurations, nowIso }: Props) {
  const { values, unsaved, change: setValues, noteSaved } = useChanges(preferences);
  const saving = useAction("The portal could not be reached, so nothing was changed. Try again.");
  const { isOn, severities: chosen, configurationIds, shift, alwaysNotify } = values;
  const change = (changed: Partial<Preferences>) => {
    saving.clear();
    setValues(changed);
  };
  const save = () => {
    // the other fields are disabled then: what is unfinished in them must not keep notifications on
    const always = alwaysNotify.filter((severity) => chosen.includes(severity));
    const input: Partial<Preferences> = isOn
      ? { ...unsaved, ...(unsaved.severities ? { alwaysNotify: always } : {}) }
      : { isOn };
    saving.run(() => setWishes(organisationId, input), { say: "Saved.", done: () => noteSaved(input) });
  };
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <ChoiceRow type="checkbox" checked={isOn} onChange={() => change({ isOn: !isOn })}>
        Notify me
      </ChoiceRow>
      <fieldset disabled={!isOn} className="space-y-5 disabled:opacity-55">
        <ShiftChoice shift={shift} onChange={(next) => change({ shift: next })} nowIso={nowIso} />
        {shift.kind === "unanswered" ? <UntilAnswered known={shift.timeZone} /> : null}
        {shift.kind === "hours" ? (
          <Choices
            legend="If nobody on shift can be reached, notify me outside my hours about"
            offered={offered.filter(({ id }) => chosen.includes(id))}
            chosen={alwaysNotify}
            onChange={(severities) => change({ alwaysNotify: severities })}
          />
        ) : null}
        <Choices
          legend="Severity"
          offered={offered}
          chosen={chosen}
          onChange={(severities) => change({ severities })}
        />
        {configurations.length > 1 || configurationIds ? (
          <Either
            legend="From"
            name="from"
            usual="All configurations that I can view"
            other="Only these configurations"
            isOther={configurationIds !== null}
            onChange={(isOther) =>
              change({ configurationIds: isOther ? configurations.map(({ id }) => id) : null })
            }
          >
            <Choices
              legend="Configurations"
              isLegendHidden
              offered={configurations}
              chosen={configurationIds ?? []}
              onChange={(ids) => change({ configurationIds: ids })}
            />
          </Either>
        ) : null}
      </fieldset>
      <p className="max-w-prose text-muted">
        A High alert that would reach nobody goes to the admins. One that nobody acknowledges goes to everyone
        on call, on shift or not, even while their notifications are off.
      </p>
      <Button type="submit" disabled={saving.busy}>
        {saving.busy ? "Saving …" : "Save"}
      </Button>
      <div>
        <Outcome of={saving} />
      </div>
    </form>
  );
}
