"use client";

import type { FieldErrors, UseFormRegister, UseFormRegisterReturn, UseFormSetValue } from "react-hook-form";
import { type NamedSeverity, namedSeverities, severityLabel } from "#lib/domain/severity.ts";
import type { ConfigurationFormValues } from "#lib/schemas/configuration.ts";
import type { VendorField } from "#lib/schemas/vendor-field.ts";
import type { PreparedCertificate } from "#lib/sources/certificates/prepare.ts";
import { CertificateField } from "./certificate-field.tsx";
import { Choices } from "#components/ui/choices.tsx";
import { Field, SelectField, TextField } from "#components/ui/field.tsx";

type Props = {
  field: VendorField;
  values: Partial<ConfigurationFormValues>;
  errors: FieldErrors<ConfigurationFormValues>;
  register: UseFormRegister<ConfigurationFormValues>;
  setValue: UseFormSetValue<ConfigurationFormValues>;
  /** a certificate that the person created earlier and hasn't used */
  prepared: PreparedCertificate | null;
};

const inputTypes: Partial<Record<VendorField["kind"], string>> = {
  secret: "password",
  date: "date",
  duration: "number",
};

/** One field of a vendor's form, rendered according to the kind of the field. */
export function FormField({ field, values, errors, register, setValue, prepared }: Props) {
  const name = field.id;
  const message = errors[name]?.message;
  // a single option needs no choice
  if (field.kind === "choice" && (field.options ?? []).length < 2) return null;
  if (field.kind === "certificate") {
    return (
      <CertificateField
        field={field}
        problem={message}
        prepared={prepared}
        onPrepared={(id) => setValue(name, id, { shouldDirty: true, shouldValidate: id !== "" })}
      />
    );
  }
  if (field.kind === "severities") {
    const chosen = values[name];
    return (
      <SeveritiesField
        field={field}
        chosen={Array.isArray(chosen) ? chosen : []}
        problem={message}
        onChange={(severities) => setValue(name, severities, { shouldDirty: true, shouldValidate: true })}
      />
    );
  }
  return <PlainField field={field} value={values[name]} problem={message} registered={register(name)} />;
}

type SeveritiesProps = {
  field: VendorField;
  chosen: readonly NamedSeverity[];
  problem: string | undefined;
  onChange: (chosen: NamedSeverity[]) => void;
};

/** A field with a checkbox for each severity. */
export function SeveritiesField({ field, chosen, problem, onChange }: SeveritiesProps) {
  const offered = namedSeverities.map((id) => ({ id, label: severityLabel[id] }));
  return (
    <div className="text-sm">
      <Choices legend={field.label} offered={offered} chosen={chosen} onChange={onChange} />
      <p className={`mt-1 ${problem ? "text-danger" : "text-muted"}`} role={problem ? "alert" : undefined}>
        {problem ?? (chosen.length > 0 ? field.help : "Alerts of this configuration notify nobody.")}
      </p>
    </div>
  );
}

type PlainProps = {
  field: VendorField;
  /** the field's value in the form */
  value: unknown;
  problem: string | undefined;
  registered: UseFormRegisterReturn;
};

/** A field of any kind except certificates and severities, with the label, help and options from the manifest. */
export function PlainField({ field, value, problem, registered }: PlainProps) {
  const { id, label, help, kind, options = [] } = field;
  const common = { id, label, help, problem, ...registered };
  if (kind === "choice") {
    const chosen = options.find((option) => option.id === (value || options[0]?.id));
    return (
      <SelectField {...common} help={chosen?.help ?? help}>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </SelectField>
    );
  }
  if (kind === "guid-list") return <TextField rows={2} {...common} />;
  return <Field type={inputTypes[kind] ?? "text"} placeholder={field.example} {...common} />;
}
