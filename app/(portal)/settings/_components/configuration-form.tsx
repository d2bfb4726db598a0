"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import Link from "next/link";
import { useEffect, useMemo } from "react";
import { useForm, useWatch } from "react-hook-form";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import {
  type ConfigurationFormValues,
  type ConfigurationInput,
  configurationInput,
} from "#lib/schemas/configuration.ts";
import type { SaveEvent } from "#lib/services/configurations/save.ts";
import type { listSharedCredentials } from "#lib/services/configurations/list.ts";
import type { manifests } from "#lib/services/configurations/manifests.ts";
import { save } from "../actions.ts";
import { Guide } from "./guide.tsx";
import { inputStyle } from "./field.tsx";
import { useStream } from "./use-stream.ts";
import { FailedNotice, StepList } from "./verify-panel.tsx";

type Manifest = (typeof manifests)[number];
type Credentials = Awaited<ReturnType<typeof listSharedCredentials>>;
type FieldName = keyof ConfigurationFormValues;

export function ConfigurationForm({
  organisationId,
  manifest,
  credentials,
}: {
  organisationId: string;
  manifest: Manifest;
  credentials: Credentials;
}) {
  const schema = useMemo(() => configurationInput(manifest), [manifest]);
  const form = useForm<ConfigurationFormValues, unknown, ConfigurationInput>({
    resolver: zodResolver(schema),
    mode: "onBlur",
    defaultValues: {
      vendor: manifest.id,
      displayName: "",
      authType: "oauth",
      credentialId: null,
      tenantId: credentials[0]?.tenantId ?? "",
      subscriptionIds: "",
      applicationId: "",
      clientSecret: "",
      secretExpiresOn: "",
      pollIntervalSeconds: 60,
    },
  });
  const { errors } = form.formState;
  const values = useWatch({ control: form.control });
  const fields = manifest.fields.filter((field) => !(field.credential && values.credentialId));

  const { isDirty } = form.formState;
  const { events, failed, busy, run } = useStream<SaveEvent>();
  const last = events.at(-1);
  const saved = last?.type === "saved" ? last : null;
  const invalid = last?.type === "invalid" ? last : null;

  // leaving by accident would lose what was typed, and a check under way
  useEffect(() => {
    if (!isDirty || saved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isDirty, saved]);

  const submit = (saveAsDisabled: boolean) =>
    void run(
      (runId) => save(organisationId, form.getValues(), saveAsDisabled, runId),
      (event) => {
        // what was typed has done its work, and stays on no screen
        if (event.type === "saved") form.setValue("clientSecret", "");
        if (event.type !== "invalid") return;
        for (const [name, message] of Object.entries(event.fields))
          form.setError(name as FieldName, { message }, { shouldFocus: true });
      },
    );

  const labelled = (field: Manifest["fields"][number]) => {
    const name = field.id as FieldName;
    const message = errors[name]?.message;
    const common = {
      id: field.id,
      "aria-invalid": message ? true : undefined,
      "aria-describedby": `${field.id}-help`,
      className: inputStyle,
      ...form.register(name),
    };
    return (
      <div key={field.id}>
        <label htmlFor={field.id} className="text-sm font-medium">
          {field.label}
        </label>
        {field.kind === "guid-list" ? (
          <textarea rows={2} {...common} />
        ) : (
          <input
            type={
              field.kind === "secret"
                ? "password"
                : field.kind === "date"
                  ? "date"
                  : field.kind === "duration"
                    ? "number"
                    : "text"
            }
            autoComplete="off"
            spellCheck={false}
            placeholder={field.example}
            {...common}
          />
        )}
        <p id={`${field.id}-help`} className={`mt-1 text-sm ${message ? "text-danger" : "text-muted"}`}>
          {message ?? field.help}
        </p>
      </div>
    );
  };

  return (
    <div className="grid gap-8 lg:grid-cols-2">
      <form
        className="space-y-4"
        noValidate
        onSubmit={(event) => void form.handleSubmit(() => submit(false))(event)}
      >
        <div>
          <label htmlFor="vendor" className="text-sm font-medium">
            Vendor
          </label>
          <select id="vendor" className={inputStyle} {...form.register("vendor")}>
            <option value={manifest.id}>{manifest.label}</option>
          </select>
        </div>
        {fields.filter((field) => field.id === "displayName").map(labelled)}
        <div>
          <label htmlFor="authType" className="text-sm font-medium">
            Auth Type
          </label>
          <select id="authType" className={inputStyle} {...form.register("authType")}>
            {manifest.authTypes.map((type) => (
              <option key={type.id} value={type.id}>
                {type.label}
              </option>
            ))}
          </select>
        </div>
        {credentials.length > 0 ? (
          <div>
            <label htmlFor="credentialId" className="text-sm font-medium">
              Credential
            </label>
            <select
              id="credentialId"
              className={inputStyle}
              {...form.register("credentialId", { setValueAs: (value: string) => value || null })}
            >
              <option value="">Enter a new one</option>
              {credentials.map((one) => (
                <option key={one.id} value={one.id}>
                  {`Use the credential of ${one.usedBy[0] ?? "a deleted configuration"} (starts ${one.secretHint})`}
                </option>
              ))}
            </select>
          </div>
        ) : null}
        {fields.filter((field) => field.id !== "displayName" && !field.advanced).map(labelled)}
        <details>
          <summary className="cursor-pointer py-2 text-sm font-medium">More</summary>
          <div className="space-y-4">{fields.filter((field) => field.advanced).map(labelled)}</div>
        </details>
        <div className="flex gap-2">
          <Button
            type="submit"
            tone="primary"
            disabled={busy || saved !== null}
            // a field's message on leaving it would move this button from under the pointer
            onMouseDown={(event) => event.preventDefault()}
          >
            {busy ? "Checking …" : saved ? "Saved" : "Save"}
          </Button>
          <Link
            href="/settings"
            className="inline-flex min-h-11 items-center px-3 text-sm underline md:min-h-9"
          >
            Cancel
          </Link>
        </div>
        <StepList steps={events.filter((event) => event.type === "step")} busy={busy} />
        {saved ? (
          <Notice
            tone="success"
            title={saved.disabled ? "Saved, and switched off" : "Saved. The first alerts are on their way."}
          >
            <Link className={`${buttonStyle()} mt-2`} href={saved.disabled ? "/settings" : "/detections"}>
              {saved.disabled ? "Vendor Configurations" : "See detections"}
            </Link>
          </Notice>
        ) : null}
        {failed ? (
          <FailedNotice {...failed} title="Nothing was saved" busy={busy} onRetry={() => submit(false)}>
            <Button disabled={busy} onClick={() => submit(true)}>
              Save as disabled
            </Button>
          </FailedNotice>
        ) : null}
        {invalid ? (
          <div role="alert">
            <Notice tone="danger" title="Nothing was saved">
              {invalid.message}{" "}
              {invalid.existingId ? (
                <Link
                  className="text-accent underline"
                  href={`/settings/configurations/${invalid.existingId}`}
                >
                  Open that configuration
                </Link>
              ) : null}
            </Notice>
          </div>
        ) : null}
        {last?.type === "unreachable" ? (
          <div role="alert">
            <Notice tone="danger" title="The portal could not be reached">
              Look under Vendor Configurations whether it was saved before you save again.
            </Notice>
          </div>
        ) : null}
        {events.length === 0 && Object.keys(errors).length > 0 ? (
          <Notice tone="danger" title="Some fields need another look." />
        ) : null}
      </form>
      <Guide
        steps={manifest.guide}
        values={{
          tenantId: values.tenantId ?? "",
          applicationId: values.applicationId ?? "",
          subscriptionId: (values.subscriptionIds ?? "").split(/[\s,;]+/)[0] ?? "",
        }}
      />
    </div>
  );
}
