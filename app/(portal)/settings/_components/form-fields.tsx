"use client";

import type { FieldErrors, UseFormRegister, UseFormSetValue } from "react-hook-form";
import type { ConfigurationFormValues } from "#lib/schemas/configuration.ts";
import type { VendorField } from "#lib/schemas/vendor-field.ts";
import type { PreparedCertificate } from "#lib/sources/certificates/prepare.ts";
import { CertificateField } from "./certificate-field.tsx";
import { Field, SelectField, TextField } from "#components/ui/field.tsx";

type Props = {
  field: VendorField;
  values: Partial<ConfigurationFormValues>;
  errors: FieldErrors<ConfigurationFormValues>;
  register: UseFormRegister<ConfigurationFormValues>;
  setValue: UseFormSetValue<ConfigurationFormValues>;
  /** a certificate that the person made before and hasn't used */
  prepared: PreparedCertificate | null;
};

const inputTypes: Partial<Record<VendorField["kind"], string>> = {
  secret: "password",
  date: "date",
  duration: "number",
};

/** One field of a vendor's form, by its kind. */
export function FormField({ field, values, errors, register, setValue, prepared }: Props) {
  const name = field.id;
  const message = errors[name]?.message;
  const options = field.options ?? [];
  // a choice of one is none
  if (field.kind === "choice" && options.length < 2) return null;
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
  const chosen = options.find((option) => option.id === (values[name] || options[0]?.id));
  const common = { id: field.id, label: field.label, help: field.help, problem: message, ...register(name) };
  if (field.kind === "choice") {
    return (
      <SelectField {...common} help={chosen?.help ?? field.help}>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </SelectField>
    );
  }
  if (field.kind === "guid-list") return <TextField rows={2} {...common} />;
  return <Field type={inputTypes[field.kind] ?? "text"} placeholder={field.example} {...common} />;
}
