"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Preferences } from "#lib/domain/recipients.ts";
import type { Hours } from "#lib/domain/on-call-hours.ts";
import { severities, severityLabel } from "#lib/domain/severity.ts";
import { setWishes } from "../actions.ts";
import { Choices, Either } from "./choices.tsx";
import { HoursEditor } from "./hours-editor.tsx";
import { useOutcome } from "./use-outcome.ts";

const offered = severities
  .filter((one) => one !== "unknown")
  .map((one) => ({ id: one, label: severityLabel[one] }));

type Props = {
  organisationId: string;
  preferences: Preferences;
  configurations: { id: string; label: string }[];
  nowIso: string;
};

/** What a person wishes to be told of and when, on all their devices. */
export function WishesForm({ organisationId, preferences, configurations, nowIso }: Props) {
  const [isOn, setOn] = useState(preferences.isOn);
  const [chosen, setChosen] = useState<readonly string[]>(preferences.severities);
  const [configurationIds, setConfigurationIds] = useState<readonly string[] | null>(
    preferences.configurationIds,
  );
  const [hours, setHours] = useState<Hours | null>(preferences.hours);
  const [always, setAlways] = useState<readonly string[]>(preferences.alwaysNotify);
  const { said, busy, run } = useOutcome();
  const save = () => {
    const alwaysNotify = always.filter((one) => chosen.includes(one));
    const input = { isOn, severities: chosen, configurationIds, hours, alwaysNotify };
    run(() => setWishes(organisationId, input), "Saved.");
  };
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <label className="flex min-h-11 items-center gap-2 md:min-h-0">
        <input type="checkbox" className="size-5 md:size-4" checked={isOn} onChange={() => setOn(!isOn)} />
        Notify me
      </label>
      <fieldset disabled={!isOn} className="space-y-5 disabled:opacity-55">
        <Choices
          legend="Of new alerts of these severities"
          offered={offered}
          chosen={chosen}
          onChange={setChosen}
        />
        {configurations.length > 1 || configurationIds ? (
          <Either
            legend="From"
            name="from"
            usual="Everything I may see"
            other="Only these configurations"
            isOther={configurationIds !== null}
            onChange={(isOther) => setConfigurationIds(isOther ? configurations.map(({ id }) => id) : null)}
          >
            <Choices
              legend="Configurations"
              isLegendHidden
              offered={configurations}
              chosen={configurationIds ?? []}
              onChange={setConfigurationIds}
            />
          </Either>
        ) : null}
        <Either
          legend="When"
          name="when"
          usual="Always"
          other="In my on-call hours"
          isOther={hours !== null}
          onChange={(isOther) => setHours(isOther ? (preferences.hours ?? usualHours()) : null)}
        >
          {hours ? (
            <div className="space-y-4">
              <HoursEditor hours={hours} onChange={setHours} nowIso={nowIso} />
              <Choices
                legend="What rings outside them as well"
                offered={offered.filter(({ id }) => chosen.includes(id))}
                chosen={always}
                onChange={setAlways}
              />
              <p className="max-w-prose text-muted">
                The rest waits and comes as one summary when your hours begin.
              </p>
            </div>
          ) : null}
        </Either>
      </fieldset>
      <p className="max-w-prose text-muted">
        A High alert that would reach nobody at once goes to the admins all the same.
      </p>
      <Button type="submit" disabled={busy}>
        {busy ? "Saving …" : "Save"}
      </Button>
      <output className="block empty:hidden">{said ? <Notice {...said} /> : null}</output>
    </form>
  );
}

/** Weekdays by the clocks of this browser. */
const usualHours = (): Hours => ({
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  windows: [1, 2, 3, 4, 5].map((day) => ({ day, from: "08:00", to: "18:00" })),
});
