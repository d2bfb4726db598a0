"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import Link from "next/link";
import { useEffect, useMemo, useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import {
  type ConfigurationFormValues,
  type ConfigurationInput,
  configurationInput,
} from "#lib/schemas/configuration.ts";
import type { PreparedCertificate } from "#lib/sources/certificates/prepare.ts";
import { isAsked, isOfCredential } from "#lib/schemas/vendor-field.ts";
import type { getPendingDraft } from "#lib/sources/accounts/list.ts";
import type { SaveEvent } from "#lib/sources/configurations/save.ts";
import type { listSharedCredentials } from "#lib/sources/configurations/list.ts";
import type { offeredManifests } from "#lib/core/vendors.ts";
import { save } from "../actions.ts";
import { startOf, typed } from "./form-values.ts";
import { FormField } from "./form-fields.tsx";
import { Guide } from "./guide.tsx";
import { WaitingNotice } from "./waiting-notice.tsx";
import { inputStyle } from "./field.tsx";
import { LostNotice } from "./lost-notice.tsx";
import { useStream } from "./use-stream.ts";
import { FailedNotice, StepList } from "./verify-panel.tsx";

type Manifest = ReturnType<typeof offeredManifests>[number];
type Credentials = Awaited<ReturnType<typeof listSharedCredentials>>;
type Pending = NonNullable<Awaited<ReturnType<typeof getPendingDraft>>>;

export function ConfigurationForm({
  organisationId,
  manifest,
  credentials,
  redirectUri,
  pending,
  prepared,
  scopeId,
}: {
  organisationId: string;
  manifest: Manifest;
  credentials: Credentials;
  /** where sign-ins come back to; it stands in the application's registration */
  redirectUri: string;
  /** a sign-in for a configuration like this that hasn't come back, with what was typed for it */
  pending: Pending | null;
  /** a certificate that the person made before and hasn't used */
  prepared: PreparedCertificate | null;
  /** the scope that a configuration is wanted for */
  scopeId: string | null;
}) {
  const draft = pending?.draft;
  const schema = useMemo(() => configurationInput(manifest), [manifest]);
  const form = useForm<ConfigurationFormValues, unknown, ConfigurationInput>({
    resolver: zodResolver(schema),
    mode: "onBlur",
    defaultValues: startOf(manifest, {
      draft,
      shared: credentials[0]?.application,
      certificateId: prepared?.id,
      scopeId,
    }),
  });
  const { errors } = form.formState;
  const values = useWatch({ control: form.control });
  const authType = manifest.authTypes.find((one) => one.id === values.authType);
  const delegated = authType?.reads === "person";
  const sharing = !delegated && Boolean(values.credentialId);
  const fields = manifest.fields.filter(
    (field) => !(sharing && isOfCredential(field)) && isAsked(field, values),
  );
  const secretField = manifest.fields.find(({ of }) => of === "secret");
  const cloud = manifest.clouds.find((one) => one.id === values.cloud) ?? manifest.clouds[0];
  const [leaving, setLeaving] = useState(false);

  const { isDirty } = form.formState;
  const { events, failed, busy, run } = useStream<SaveEvent>();
  const last = events.at(-1);
  const saved = last?.type === "saved" ? last : null;
  const invalid = last?.type === "invalid" ? last : null;

  // leaving by accident would lose what was typed, and a check under way
  useEffect(() => {
    if (!isDirty || saved || leaving) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isDirty, saved, leaving]);

  const submit = (saveAsDisabled: boolean) =>
    void run(
      (runId) =>
        save(
          organisationId,
          { ...form.getValues(), ...(delegated ? { credentialId: null } : {}) },
          saveAsDisabled,
          runId,
        ),
      (event) => {
        // what was typed has done its work, and stays on no screen
        if (event.type === "saved" && secretField) form.setValue(secretField.id, "");
        if (event.type === "sign_in") {
          setLeaving(true);
          // once what asks before leaving is gone
          setTimeout(() => location.assign(event.url), 0);
        }
        if (event.type !== "invalid") return;
        for (const [name, message] of Object.entries(event.fields))
          form.setError(name, { message }, { shouldFocus: true });
      },
    );

  const labelled = (field: Manifest["fields"][number]) => (
    <FormField
      key={field.id}
      field={field}
      values={values}
      errors={errors}
      register={form.register}
      setValue={form.setValue}
      prepared={prepared}
    />
  );

  return (
    <div className="grid gap-8 lg:grid-cols-2">
      <form
        className="space-y-4"
        aria-label="Add Configuration"
        noValidate
        onSubmit={(event) => void form.handleSubmit(() => submit(false))(event)}
      >
        {pending?.waiting ? <WaitingNotice waiting={pending.waiting} /> : null}
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
                {type.recommended ? `${type.label} (recommended)` : type.label}
              </option>
            ))}
          </select>
          <p className="mt-1 text-sm text-muted">{authType?.description}</p>
        </div>
        {credentials.length > 0 && !delegated ? (
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
          <summary className="cursor-pointer py-3 text-sm font-medium md:py-2">More</summary>
          <div className="space-y-4">{fields.filter((field) => field.advanced).map(labelled)}</div>
        </details>
        <div className="flex gap-2">
          <Button
            type="submit"
            tone="primary"
            disabled={busy || leaving || saved !== null}
            // a field's message on leaving it would move this button from under the pointer
            onMouseDown={(event) => event.preventDefault()}
          >
            {leaving
              ? "Going to Microsoft …"
              : busy
                ? "Checking …"
                : saved
                  ? "Saved"
                  : delegated
                    ? "Connect and save"
                    : "Save"}
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
        <LostNotice last={last}>
          Look under Vendor Configurations whether it was saved before you save again.
        </LostNotice>
        {events.length === 0 && Object.keys(errors).length > 0 ? (
          <Notice tone="danger" title="Some fields need another look." />
        ) : null}
      </form>
      <Guide
        href={`/docs/${manifest.id}`}
        steps={manifest.guide.filter((step) => isAsked(step, values))}
        values={{
          ...typed(manifest, values),
          redirectUri,
          consoleUrl: cloud?.consoleUrl ?? "",
          ...cloud?.endpoints,
        }}
      />
    </div>
  );
}
