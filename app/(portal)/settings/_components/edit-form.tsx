"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import type { z } from "zod";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { ConfigurationEdit } from "#lib/schemas/configuration.ts";
import { edit } from "../actions.ts";
import { Field, SelectField } from "#components/ui/field.tsx";

type Values = z.input<typeof ConfigurationEdit>;

/** What may change without asking Azure again. */
export function EditForm({ id, values, hasSecret }: { id: string; values: Values; hasSecret: boolean }) {
  const { busy, problem, said, run } = useAction(
    "The portal could not be reached, so nothing was saved. Try again.",
  );
  const form = useForm<Values, unknown, z.output<typeof ConfigurationEdit>>({
    resolver: zodResolver(ConfigurationEdit),
    mode: "onBlur",
    values,
    // the page draws itself again every few seconds; what is being typed stays
    resetOptions: { keepDirtyValues: true },
  });
  const { errors, isDirty } = form.formState;
  const submit = () =>
    run(() => edit(id, form.getValues()), {
      say: "Saved.",
      refused: ({ fields }) => {
        for (const [name, message] of Object.entries(fields))
          form.setError(name as keyof Values, { message });
      },
    });
  return (
    <form noValidate className="space-y-4" onSubmit={(event) => void form.handleSubmit(submit)(event)}>
      <Field
        id="displayName"
        label="Display Name"
        help="Shown on each detection."
        problem={errors.displayName?.message}
        {...form.register("displayName")}
      />
      <div className="grid gap-4 md:grid-cols-2">
        <Field
          id="pollIntervalSeconds"
          label="Poll interval (seconds)"
          type="number"
          help="Between 30 and 3,600."
          problem={errors.pollIntervalSeconds?.message}
          {...form.register("pollIntervalSeconds")}
        />
        {hasSecret ? (
          <Field
            id="secretExpiresOn"
            label="Client Secret expires"
            type="date"
            help="As shown in Azure. We remind you 30, 14, 7 and 1 days before."
            problem={errors.secretExpiresOn?.message}
            {...form.register("secretExpiresOn")}
          />
        ) : null}
      </div>
      {values.writeAs ? (
        <SelectField
          id="writeAs"
          label="Status changes as"
          help="With their own accounts, Azure's log names who closed an alert; each analyst connects once, through the redirect URI in the guide."
          {...form.register("writeAs")}
        >
          <option value="person">Each analyst's own Azure account</option>
          <option value="application">The application</option>
        </SelectField>
      ) : null}
      <div className="flex items-center gap-3">
        <Button type="submit" tone="primary" disabled={!isDirty || busy}>
          Save
        </Button>
        <output className={`text-sm ${problem ? "text-danger" : "text-success"}`}>{problem || said}</output>
      </div>
    </form>
  );
}
