"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, useWatch } from "react-hook-form";
import type { z } from "zod";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { ConfigurationEdit } from "#lib/schemas/configuration.ts";
import type { VendorField } from "#lib/schemas/vendor-field.ts";
import { edit } from "../actions.ts";
import { PlainField, SeveritiesField } from "./form-fields.tsx";

type Values = z.input<typeof ConfigurationEdit>;
type Props = {
  id: string;
  /** those fields of the vendor's form that can be changed without a check at the vendor */
  fields: readonly VendorField[];
  values: Values;
};

const isOf = (values: Values, id: string): id is keyof Values => Object.hasOwn(values, id);

/**
 * A form for those settings of a configuration that can be changed without a check at the vendor. The labels and their order
 * are those of the vendor's form.
 */
export function EditForm({ id, fields, values }: Props) {
  const { busy, problem, said, run, clear } = useAction(
    "The portal could not be reached, so nothing was saved. Try again.",
  );
  const form = useForm<Values, unknown, z.output<typeof ConfigurationEdit>>({
    resolver: zodResolver(ConfigurationEdit),
    mode: "onBlur",
    values,
    // the page rereads itself every few seconds, and what was typed has to stay
    resetOptions: { keepDirtyValues: true },
  });
  const typed = useWatch({ control: form.control });
  const { errors, isDirty } = form.formState;
  const submit = () => {
    // only what the person changed here: the page may be older than what another admin has saved
    const { defaultValues } = form.formState;
    const changed = Object.fromEntries(
      Object.entries(form.getValues()).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaultValues?.[name as keyof Values]),
      ),
    );
    run(() => edit(id, changed), {
      say: "Saved.",
      done: () =>
        form.reset({ ...values, ...defaultValues, ...changed } as Values, { keepDirtyValues: true }),
      refused: ({ fields: messages }) => {
        for (const [name, message] of Object.entries(messages))
          form.setError(name as keyof Values, { message });
      },
    });
  };
  return (
    <form
      noValidate
      className="space-y-4"
      onChange={clear}
      onSubmit={(event) => void form.handleSubmit(submit)(event)}
    >
      {fields.map((field) => {
        const name = field.id;
        if (!isOf(values, name)) return null;
        if (name === "notifyAbout")
          return (
            <SeveritiesField
              key={name}
              field={field}
              chosen={typed.notifyAbout ?? []}
              problem={errors.notifyAbout?.message}
              onChange={(chosen) => form.setValue(name, chosen, { shouldDirty: true })}
            />
          );
        return (
          <PlainField
            key={name}
            field={field}
            value={typed[name]}
            problem={errors[name]?.message}
            registered={form.register(name)}
          />
        );
      })}
      <div className="flex items-center gap-3">
        <Button type="submit" tone="primary" disabled={!isDirty || busy}>
          Save
        </Button>
        <output className={`text-sm ${problem ? "text-danger" : "text-success"}`}>{problem || said}</output>
      </div>
    </form>
  );
}
