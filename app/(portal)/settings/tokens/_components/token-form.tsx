"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { ChoiceRow } from "#components/ui/choices.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { expiryChoices, type Scope, scopeLabel, scopeMeaning } from "#lib/domain/access-token.ts";
import { ApiTokenInput, type ApiTokenValues } from "#lib/schemas/api-token.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Field, SelectField } from "#components/ui/field.tsx";
import { create } from "../actions.ts";

type Props = { organisationId: string; offered: Scope[] };

/** A form that creates an API token and displays its text once. */
export function TokenForm({ organisationId, offered }: Props) {
  const [made, setMade] = useState<{ name: string; text: string } | null>(null);
  const [problem, setProblem] = useState("");
  const { busy, run } = useAction(
    "The portal could not be reached. Reload the page to see whether the token was created.",
  );
  const form = useForm<ApiTokenValues, unknown, ApiTokenInput>({
    resolver: zodResolver(ApiTokenInput),
    defaultValues: { name: "", scopes: ["read"], expiresInDays: 30 },
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit((values) => {
    setProblem("");
    run(() => create(organisationId, values), {
      done: (token) => {
        setMade(token);
        form.reset();
      },
      refused: ({ problem: refusal, fields }) => {
        for (const [name, message] of Object.entries(fields))
          form.setError(name as keyof ApiTokenValues, { message });
        // a field's own message appears below it
        if (Object.keys(fields).length === 0) setProblem(refusal);
      },
    });
  });
  return (
    <>
      {made ? <NewToken key={made.text} {...made} onDone={() => setMade(null)} /> : null}
      <form
        noValidate
        aria-label="New token"
        className="max-w-xl space-y-4 rounded-md border border-line p-4"
        onSubmit={(event) => void submit(event)}
      >
        <Field
          id="token-name"
          label="Name"
          help="What uses it, for example Nightly report."
          problem={errors.name?.message}
          {...form.register("name")}
        />
        <fieldset>
          <legend className="text-sm font-medium">Scopes</legend>
          {offered.map((scope) => (
            <ChoiceRow
              key={scope}
              type="checkbox"
              value={scope}
              isRoomy
              className="items-start py-2 text-sm md:py-1"
              {...form.register("scopes")}
            >
              <span>
                <strong className="font-medium">{scopeLabel[scope]}</strong>
                <span className="text-muted">{` — ${scopeMeaning[scope]}`}</span>
              </span>
            </ChoiceRow>
          ))}
          <p className="text-sm text-danger empty:hidden">{errors.scopes?.message}</p>
        </fieldset>
        <SelectField
          id="token-expiry"
          label="Expires"
          {...form.register("expiresInDays", { valueAsNumber: true })}
        >
          {expiryChoices.map((days) => (
            <option key={days} value={days}>{`in ${days} days`}</option>
          ))}
        </SelectField>
        {problem ? (
          <div role="alert">
            <Notice tone="danger" title={problem} />
          </div>
        ) : null}
        <Button type="submit" tone="primary" disabled={busy}>
          {busy ? "Creating …" : "Create token"}
        </Button>
      </form>
    </>
  );
}

function NewToken({ name, text, onDone }: { name: string; text: string; onDone: () => void }) {
  return (
    <output className="mb-4 block">
      <Notice tone="success" title={`Token “${name}” created. Copy it now: you won't see it again.`}>
        <code className="my-2 block max-w-full overflow-x-auto rounded-md border border-line bg-surface p-2 text-ink select-all">
          {text}
        </code>
        <p className="mb-2">
          Treat it like a password. If you lose it or someone else sees it, revoke it and create another.
        </p>
        <div className="flex gap-2">
          <CopyButton label="Copy token" value={text} />
          <Button onClick={onDone}>I have copied it</Button>
        </div>
      </Notice>
    </output>
  );
}
