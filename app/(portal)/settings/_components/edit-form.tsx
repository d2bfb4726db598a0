"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useForm } from "react-hook-form";
import type { z } from "zod";
import { Button } from "#components/ui/button.tsx";
import { problemOfCall } from "#components/ui/use-action.ts";
import { ConfigurationEdit } from "#lib/schemas/configuration.ts";
import { edit } from "../actions.ts";
import { Field, inputStyle } from "./field.tsx";

type Values = z.input<typeof ConfigurationEdit>;

/** What may change without asking Azure again. */
export function EditForm({ id, values, hasSecret }: { id: string; values: Values; hasSecret: boolean }) {
  const router = useRouter();
  const [said, setSaid] = useState<{ ok: boolean; text: string } | null>(null);
  const form = useForm<Values, unknown, z.output<typeof ConfigurationEdit>>({
    resolver: zodResolver(ConfigurationEdit),
    mode: "onBlur",
    values,
    // the page draws itself again every few seconds; what is being typed stays
    resetOptions: { keepDirtyValues: true },
  });
  const { errors, isDirty, isSubmitting } = form.formState;
  async function submit(): Promise<void> {
    try {
      const answer = await edit(id, form.getValues());
      if (!answer.ok) {
        for (const [name, message] of Object.entries(answer.fields))
          form.setError(name as keyof Values, { message });
        return setSaid({ ok: false, text: answer.message });
      }
      setSaid({ ok: true, text: "Saved." });
      router.refresh();
    } catch (error) {
      const unreachable = "The portal could not be reached, so nothing was saved. Try again.";
      setSaid({ ok: false, text: problemOfCall(error, unreachable) });
    }
  }
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
        <div>
          <label htmlFor="writeAs" className="text-sm font-medium">
            Status changes as
          </label>
          <select id="writeAs" className={inputStyle} {...form.register("writeAs")}>
            <option value="person">Each analyst's own Azure account</option>
            <option value="application">The application</option>
          </select>
          <p className="mt-1 text-sm text-muted">
            With their own accounts, Azure's log names who closed an alert; each analyst connects once,
            through the redirect URI in the guide.
          </p>
        </div>
      ) : null}
      <div className="flex items-center gap-3">
        <Button type="submit" tone="primary" disabled={!isDirty || isSubmitting}>
          Save
        </Button>
        <output className={`text-sm ${said?.ok ? "text-success" : "text-danger"}`}>{said?.text}</output>
      </div>
    </form>
  );
}
