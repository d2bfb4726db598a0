"use client";

import type { FieldErrors, UseFormRegister, UseFormSetValue } from "react-hook-form";
import type { ConfigurationFormValues } from "#lib/schemas/configuration.ts";
import type { VendorField } from "#lib/schemas/vendor-field.ts";
import type { PreparedCertificate } from "#lib/sources/certificates/prepare.ts";
import { CertificateField } from "./certificate-field.tsx";
import { inputStyle } from "./field.tsx";

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
  const chosen = options.find((one) => one.id === (values[name] || options[0]?.id));
  const common = {
    id: field.id,
    "aria-invalid": message ? true : undefined,
    "aria-describedby": `${field.id}-help`,
    className: inputStyle,
  };
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
  return (
    <div>
      <label htmlFor={field.id} className="text-sm font-medium">
        {field.label}
      </label>
      {field.kind === "choice" ? (
        <select {...common} {...register(name)}>
          {options.map((one) => (
            <option key={one.id} value={one.id}>
              {one.label}
            </option>
          ))}
        </select>
      ) : null}
      {field.kind === "guid-list" ? <textarea rows={2} {...common} {...register(name)} /> : null}
      {field.kind !== "choice" && field.kind !== "guid-list" ? (
        <input
          type={inputTypes[field.kind] ?? "text"}
          autoComplete="off"
          spellCheck={false}
          placeholder={field.example}
          {...common}
          {...register(name)}
        />
      ) : null}
      <p id={`${field.id}-help`} className={`mt-1 text-sm ${message ? "text-danger" : "text-muted"}`}>
        {message ?? chosen?.help ?? field.help}
      </p>
    </div>
  );
}
