"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import Link from "next/link";
import { useRef, useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { type ConfigurationFormValues, ConfigurationInput } from "#lib/schemas/configuration.ts";
import type { SaveEvent } from "#lib/services/configurations/save.ts";
import type { listSharedCredentials } from "#lib/services/configurations/list.ts";
import type { manifests } from "#lib/services/configurations/manifests.ts";
import { save } from "../actions.ts";
import { Guide } from "./guide.tsx";
import { VerifyPanel } from "./verify-panel.tsx";

type Manifest = (typeof manifests)[number];
type Credentials = Awaited<ReturnType<typeof listSharedCredentials>>;
type FieldName = keyof ConfigurationFormValues;

const inputStyle =
  "mt-1 block min-h-11 w-full rounded-md border border-line bg-raised px-3 py-2 text-base aria-invalid:border-danger md:min-h-9 md:text-sm";

export function ConfigurationForm({
  manifest,
  credentials,
}: {
  manifest: Manifest;
  credentials: Credentials;
}) {
  const [events, setEvents] = useState<SaveEvent[]>([]);
  const [busy, setBusy] = useState(false);
  const current = useRef(0);
  const form = useForm<ConfigurationFormValues, unknown, ConfigurationInput>({
    resolver: zodResolver(ConfigurationInput),
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

  async function submit(saveAsDisabled: boolean) {
    const run = ++current.current;
    setBusy(true);
    setEvents([]);
    try {
      // the type says a generator; over the wire it is a promise of one
      // oxlint-disable-next-line typescript/await-thenable
      for await (const event of await save(form.getValues(), saveAsDisabled)) {
        if (run !== current.current) return;
        setEvents((before) => [...before, event]);
        if (event.type === "invalid") {
          for (const [name, message] of Object.entries(event.fields))
            form.setError(name as FieldName, { message });
        }
      }
    } catch {
      setEvents((before) => [
        ...before,
        {
          type: "invalid",
          message:
            "The portal could not be reached, so nothing was saved. Check your connection and save again.",
          fields: {},
          existingId: null,
        },
      ]);
    } finally {
      setBusy(false);
    }
  }

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
          <Button type="submit" tone="primary" disabled={busy}>
            {busy ? "Checking …" : "Save"}
          </Button>
          <Link
            href="/settings"
            className="inline-flex min-h-11 items-center px-3 text-sm underline md:min-h-9"
          >
            Cancel
          </Link>
        </div>
        <VerifyPanel
          events={events}
          busy={busy}
          onKeepTrying={() => void submit(false)}
          onSaveAsDisabled={() => void submit(true)}
        />
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
