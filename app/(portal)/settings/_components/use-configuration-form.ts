"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useEffect, useMemo, useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useStream } from "#components/ui/use-stream.ts";
import {
  type ConfigurationFormValues,
  type ConfigurationInput,
  configurationInput,
} from "#lib/schemas/configuration.ts";
import type { PreparedCertificate } from "#lib/sources/certificates/prepare.ts";
import type { getPendingDraft } from "#lib/sources/accounts/list.ts";
import type { SaveEvent } from "#lib/sources/configurations/save.ts";
import type { listSharedCredentials } from "#lib/sources/configurations/list.ts";
import type { offeredManifests } from "#lib/core/vendors.ts";
import { save } from "../actions.ts";
import { startOf } from "./form-values.ts";

type Manifest = ReturnType<typeof offeredManifests>[number];
type Credentials = Awaited<ReturnType<typeof listSharedCredentials>>;
type Pending = NonNullable<Awaited<ReturnType<typeof getPendingDraft>>>;

/** What the form of a new configuration needs: the vendor's manifest, and values from which the fields are filled. */
export type NewConfiguration = {
  organisationId: string;
  manifest: Manifest;
  credentials: Credentials;
  /** an unfinished sign-in for a new configuration of this vendor, with the values typed before the sign-in */
  pending: Pending | null;
  /** a certificate that the person created earlier and hasn't used */
  prepared: PreparedCertificate | null;
  /** the scope that the form proposes, if any */
  scopeId: string | null;
};

export type ConfigurationFormState = ReturnType<typeof useConfigurationForm>;

/**
 * The state of a new configuration's form: its values, the check that precedes saving, and whether the browser is leaving to
 * sign in.
 */
export function useConfigurationForm(props: NewConfiguration) {
  const { manifest, credentials, pending, prepared, scopeId } = props;
  const schema = useMemo(() => configurationInput(manifest), [manifest]);
  const form = useForm<ConfigurationFormValues, unknown, ConfigurationInput>({
    resolver: zodResolver(schema),
    mode: "onBlur",
    defaultValues: startOf(manifest, {
      draft: pending?.draft,
      shared: credentials[0]?.application,
      certificateId: prepared?.id,
      scopeId,
    }),
  });
  const values = useWatch({ control: form.control });
  const [isLeaving, setLeaving] = useState(false);
  // the number of finished checks that the person started
  const [finished, setFinished] = useState(0);
  const saving = useStream<SaveEvent>();
  const last = saving.events.at(-1);
  const saved = last?.type === "saved" ? last : null;
  useAskBeforeLeaving(form.formState.isDirty && !saved && !isLeaving);
  const authType = manifest.authTypes.find(({ id }) => id === values.authType);
  const isDelegated = authType?.reads === "person";
  const secret = manifest.fields.find(({ of }) => of === "secret");

  const onEvent = (event: SaveEvent) => {
    // a saved secret stays on no screen
    if (event.type === "saved" && secret) form.setValue(secret.id, "");
    if (event.type === "sign_in") {
      setLeaving(true);
      // after the question before leaving is gone
      setTimeout(() => location.assign(event.url), 0);
    }
    if (event.type !== "invalid") return;
    for (const [name, message] of Object.entries(event.fields))
      form.setError(name, { message }, { shouldFocus: true });
  };
  const run = (saveAsDisabled: boolean) => {
    const input = { ...form.getValues(), ...(isDelegated ? { credentialId: null } : {}) };
    return saving.run((runId) => save(props.organisationId, input, saveAsDisabled, runId), onEvent);
  };
  const submit = (saveAsDisabled: boolean) =>
    void run(saveAsDisabled).then(() => setFinished((count) => count + 1));
  /** repeats the check by itself, while the person may be elsewhere on the page */
  const retry = () => void run(false);
  return { form, values, authType, isDelegated, isLeaving, saving, last, saved, finished, submit, retry };
}

/**
 * While `isWanted`, makes the browser ask before the person leaves the page. Leaving loses typed values and stops a running
 * check.
 */
function useAskBeforeLeaving(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isWanted]);
}
