"use client";

import type { GuideValues } from "#lib/sources/guides/list-values.ts";
import { ChoiceRow } from "#components/ui/choices.tsx";
import { Field, SelectField } from "#components/ui/field.tsx";

export type Choices = {
  severities: string[];
  scopeId: string;
  resourceGroup: string;
  location: string;
};

type Props = {
  offered: string[];
  configurations: GuideValues[];
  choices: Choices;
  onChange: (choices: Choices) => void;
};

/** What goes into the commands. What names Azure allows is kept; the rest would mean something to a shell. */
export function DeployChoices({ offered, configurations, choices, onChange }: Props) {
  const { severities } = choices;
  const turn = (severity: string) => {
    const held = severities.includes(severity);
    // in the order they are offered, and never none
    const next = offered.filter((one) => (one === severity ? !held : severities.includes(one)));
    if (next.length > 0) onChange({ ...choices, severities: next });
  };
  return (
    <div className="max-w-2xl space-y-3">
      <fieldset>
        <legend className="text-sm font-medium">Severities sent at once</legend>
        <div className="flex flex-wrap gap-x-5">
          {offered.map((severity) => (
            <ChoiceRow
              key={severity}
              type="checkbox"
              isRoomy
              checked={severities.includes(severity)}
              disabled={severities.length === 1 && severities.includes(severity)}
              onChange={() => turn(severity)}
            >
              {severity}
            </ChoiceRow>
          ))}
        </div>
      </fieldset>
      {configurations.length > 0 ? (
        <SelectField
          id="deploy-subscription"
          label="Subscription"
          value={choices.scopeId}
          onChange={(event) => onChange({ ...choices, scopeId: event.target.value })}
        >
          {configurations.map((configuration) => (
            <option key={configuration.id} value={configuration.scopeId}>
              {`${configuration.displayName} (${configuration.scopeId})`}
            </option>
          ))}
        </SelectField>
      ) : null}
      <div className="grid gap-3 md:grid-cols-2">
        <Field
          id="deploy-group"
          label="Resource group"
          help="A new or an existing one, e.g. pocketsoc."
          value={choices.resourceGroup}
          onChange={(event) =>
            onChange({ ...choices, resourceGroup: event.target.value.replace(/[^\p{L}\p{N}_.()-]/gu, "") })
          }
        />
        <Field
          id="deploy-location"
          label="Location"
          help="Azure's name for the region, e.g. westeurope."
          value={choices.location}
          onChange={(event) =>
            onChange({ ...choices, location: event.target.value.replace(/[^A-Za-z0-9]/g, "") })
          }
        />
      </div>
    </div>
  );
}
