"use client";

import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { SelectField } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { formFields } from "#lib/schemas/common-fields.ts";
import type { VendorField } from "#lib/schemas/vendor-field.ts";
import { fieldsToFix } from "#lib/schemas/fields-to-fix.ts";
import { wordsOf } from "#lib/domain/vendor-words.ts";
import { isAsked, isOfCredential } from "#lib/schemas/vendor-field.ts";
import { StepList } from "../../_components/verify-panel.tsx";
import { FormField } from "./form-fields.tsx";
import { typed } from "./form-values.ts";
import { Guide } from "./guide.tsx";
import { SaveOutcome } from "./save-outcome.tsx";
import {
  type ConfigurationFormState,
  type NewConfiguration,
  useConfigurationForm,
} from "./use-configuration-form.ts";
import { WaitingNotice } from "./waiting-notice.tsx";

type Props = NewConfiguration & {
  /** the portal's address to which sign-ins return; the application's registration must contain this address */
  redirectUri: string;
  /** whether the admin can choose another vendor */
  hasOthers: boolean;
};

/** The form for a new configuration, with the running check and the vendor's guide. */
export function ConfigurationForm({ redirectUri, hasOthers, ...props }: Props) {
  const { manifest, pending } = props;
  const state = useConfigurationForm(props);
  const { form, values, saving, saved, submit } = state;
  const cloud = manifest.clouds.find(({ id }) => id === values.cloud) ?? manifest.clouds[0];
  const errorCount = Object.keys(form.formState.errors).length;
  return (
    <div className="grid gap-8 lg:grid-cols-2">
      <div className="space-y-4">
        {pending?.waiting ? <WaitingNotice waiting={pending.waiting} /> : null}
        {hasOthers ? (
          <Link className="text-sm text-accent underline" href="/settings/configurations/new">
            Choose another vendor
          </Link>
        ) : null}
        <form
          className="space-y-4"
          aria-label="Add Configuration"
          noValidate
          onSubmit={(event) => {
            saving.clear();
            void form.handleSubmit(() => submit(false))(event);
          }}
        >
          <Fields {...props} state={state} />
          <div className="flex gap-2">
            <SaveButton state={state} signIn={wordsOf(manifest.words).signIn} />
            {saved ? null : (
              <Link
                href="/settings"
                className="inline-flex min-h-11 items-center px-3 text-sm underline md:min-h-8"
              >
                Cancel
              </Link>
            )}
          </div>
          <StepList
            steps={saving.events.filter((event) => event.type === "step")}
            busy={saving.busy}
            provider={manifest.words.provider}
          />
          <SaveOutcome state={state} provider={manifest.words.provider} />
          {saving.events.length === 0 && errorCount > 0 ? (
            <Notice tone="danger" title={fieldsToFix(errorCount)} />
          ) : null}
        </form>
      </div>
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

type FieldsProps = Pick<NewConfiguration, "manifest" | "credentials" | "prepared"> & {
  state: ConfigurationFormState;
};

/** The vendor's fields, in the manifest's order. Some fields appear only after certain choices in earlier fields. */
function Fields({ manifest, credentials, prepared, state }: FieldsProps) {
  const { form, values, authType, isDelegated } = state;
  const isSharing = !isDelegated && Boolean(values.credentialId);
  const fields = formFields(manifest).filter(
    (field) => !(isSharing && isOfCredential(field)) && isAsked(field, values),
  );
  const drawn = (field: VendorField) => (
    <FormField
      key={field.id}
      field={field}
      values={values}
      errors={form.formState.errors}
      register={form.register}
      setValue={form.setValue}
      prepared={prepared}
    />
  );
  return (
    <>
      <SelectField id="vendor" label="Vendor" {...form.register("vendor")}>
        <option value={manifest.id}>{manifest.label}</option>
      </SelectField>
      {fields.filter(({ id }) => id === "displayName").map(drawn)}
      <SelectField
        id="authType"
        label="Auth Type"
        help={authType?.description}
        {...form.register("authType")}
      >
        {manifest.authTypes.map((type) => (
          <option key={type.id} value={type.id}>
            {type.recommended ? `${type.label} (recommended)` : type.label}
          </option>
        ))}
      </SelectField>
      {credentials.length > 0 && !isDelegated ? (
        <SelectField
          id="credentialId"
          label="Credential"
          {...form.register("credentialId", { setValueAs: (value: string) => value || null })}
        >
          <option value="">Enter a new one</option>
          {credentials.map(({ id, usedBy, secretHint }) => (
            <option key={id} value={id}>
              {`Use the credential of ${usedBy[0] ?? "a deleted configuration"} (starts ${secretHint})`}
            </option>
          ))}
        </SelectField>
      ) : null}
      {fields.filter(({ id, advanced }) => id !== "displayName" && !advanced).map(drawn)}
      <details>
        <summary className="cursor-pointer py-3 text-sm font-medium md:py-2">More</summary>
        <div className="space-y-4">{fields.filter(({ advanced }) => advanced).map(drawn)}</div>
      </details>
    </>
  );
}

function SaveButton({ state, signIn }: { state: ConfigurationFormState; signIn: string }) {
  const { isDelegated, isLeaving, saving, saved } = state;
  const idle = isDelegated ? "Connect and save" : "Save";
  return (
    <Button
      type="submit"
      tone="primary"
      disabled={saving.busy || isLeaving || saved !== null}
      // the message of a field that loses the focus would move this button from under the pointer
      onMouseDown={(event) => event.preventDefault()}
    >
      {isLeaving ? `Going to ${signIn} …` : saving.busy ? "Checking …" : saved ? "Saved" : idle}
    </Button>
  );
}
