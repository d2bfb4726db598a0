"use client";

import { capital } from "#lib/domain/text.ts";
import type { VendorDeploy } from "#lib/sources/guides/get.ts";
import type { GuideValues } from "#lib/sources/guides/list-values.ts";
import { ChoiceRow } from "#components/ui/choices.tsx";
import { Field, SelectField } from "#components/ui/field.tsx";

export type Choices = {
  severities: string[];
  scopeId: string;
  /** the typed values, by the id of the input */
  inputs: Readonly<Record<string, string>>;
};

type Props = {
  offered: string[];
  inputs: VendorDeploy["inputs"];
  /** the vendor's word for a scope */
  scope: string;
  configurations: GuideValues[];
  choices: Choices;
  onChange: (choices: Choices) => void;
};

/**
 * Form fields for the values that the deployment commands contain. Characters with a meaning for a shell are removed from
 * typed values.
 */
export function DeployChoices({ offered, inputs, scope, configurations, choices, onChange }: Props) {
  const { severities } = choices;
  const toggle = (severity: string) => {
    const isChosen = severities.includes(severity);
    // in the order that they are offered, and at least one
    const next = offered.filter((offer) => (offer === severity ? !isChosen : severities.includes(offer)));
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
              onChange={() => toggle(severity)}
            >
              {severity}
            </ChoiceRow>
          ))}
        </div>
      </fieldset>
      {configurations.length > 0 ? (
        <SelectField
          id="deploy-scope"
          label={capital(scope)}
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
        {inputs.map(({ id, label, help, refuses }) => (
          <Field
            key={id}
            id={`deploy-${id}`}
            label={label}
            help={help}
            value={choices.inputs[id] ?? ""}
            onChange={(event) =>
              onChange({
                ...choices,
                inputs: {
                  ...choices.inputs,
                  [id]: event.target.value.replace(new RegExp(refuses, "gu"), ""),
                },
              })
            }
          />
        ))}
      </div>
    </div>
  );
}
