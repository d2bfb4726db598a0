import { z } from "zod";
import { Guid } from "./guid.ts";

/** The portal's own fields, which any vendor's form may have. */
type OwnField =
  | "displayName"
  | "cloud"
  | "proof"
  | "certificateId"
  | "secretExpiresOn"
  | "writeAs"
  | "pollIntervalSeconds";

/**
 * Where the value of a vendor's own field is stored: as the scope (or scopes), in the configuration's connection, in the
 * credential's application, or sealed as the secret.
 */
type FieldPlace = "scope" | "connection" | "application" | "secret";

/** A field of a vendor's form. It is data, so one form and one schema builder serve every vendor. */
export type VendorField = {
  label: string;
  kind: "text" | "guid" | "guid-list" | "secret" | "date" | "duration" | "choice" | "certificate";
  required: boolean;
  /** shown under "More" */
  advanced?: boolean;
  help?: string;
  example?: string;
  /** maximum number of characters or, for a list, of entries */
  lengthMax?: number;
  /** for a choice, the default first */
  options?: { id: string; label: string; help?: string }[];
  /** the field is shown only while each of these fields (or authType) has one of these values */
  when?: Record<string, string[]>;
  /** values that are often pasted by mistake: a case-insensitive regular expression and the message to show */
  refuses?: { pattern: string; message: string }[];
  /** another field whose value is often entered here by mistake */
  notSameAs?: { field: string; message: string };
  /** for a list: only one entry is allowed while these fields have one of these values */
  onlyOne?: { when: Record<string, string[]>; message: string };
  /** usually the same in all configurations of an organisation, so it is prefilled from an existing one */
  shared?: boolean;
} & ({ id: string; of: FieldPlace } | { id: OwnField; of?: never });

/** Whether a field belongs to the credential and is hidden if an existing credential is used. */
export function isOfCredential({ id, of }: VendorField): boolean {
  if (of) return of === "application" || of === "secret";
  return id === "proof" || id === "certificateId" || id === "secretExpiresOn";
}

/** The vendor's words that appear in messages. */
type FieldWords = { console: string; provider: string };

/** Whether a field or a step of a guide is shown with these form values. */
export function isAsked(part: Pick<VendorField, "when">, values: Record<string, unknown>): boolean {
  return Object.entries(part.when ?? {}).every(([name, wanted]) => wanted.includes(String(values[name])));
}

/** The schema of a line of text without control characters. */
export const text = (label: string, lengthMax: number) =>
  z
    .string(`Enter the ${label}.`)
    .trim()
    .min(1, `Enter the ${label}.`)
    .regex(
      /^[^\u0000-\u001f\u007f\ud800-\udfff]*$/u,
      `The ${label} holds characters that can't be shown. Type it again.`,
    )
    .max(lengthMax, `Keep the ${label} within ${lengthMax} characters.`);

/** Splits a list into its entries, separated by line breaks, commas or spaces. */
export const entriesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** The schema of a list of GUIDs. */
const guidList = (label: string, limit: number, from: string) =>
  z
    .string(`Enter the ${label}.`)
    .max(limit * 80, `That is too much text for the ${label}. Enter at most ${limit} ids.`)
    .transform((text) => [...new Set(entriesOf(text).map((id) => id.toLowerCase()))])
    .pipe(
      z
        .array(Guid(label, from))
        .min(1, `Enter the ${label}.`)
        .max(limit, `Enter at most ${limit} ids at once.`),
    );

const isDay = (text: string) => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return (
    /^2[01]\d{2}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(text)
  );
};

/** The schema of a day such as 2027-03-31; null if empty. */
export const day = z
  .string()
  .trim()
  .default("")
  .refine((text) => text === "" || isDay(text), "Enter the expiry date as a day, such as 2027-03-31.")
  .transform((text) => text || null);

/** The schema of a poll interval in whole seconds. */
export const duration = z.coerce
  .number("Enter the poll interval in seconds.")
  .int("Enter whole seconds.")
  .min(30, "The shortest poll interval is 30 seconds.")
  .max(3_600, "The longest poll interval is 3,600 seconds (1 hour).");

/** The schema of a secret. A value that matches `refuses` is rejected with the vendor's message, which never repeats the value. */
const secret = ({ label, lengthMax = 512, refuses = [] }: VendorField) =>
  z
    .string()
    .max(lengthMax, `A ${label} has at most ${lengthMax} characters. Copy only its value.`)
    .default("")
    .superRefine((text, context) => {
      const value = text.trim();
      const message =
        value === ""
          ? `Enter the ${label}.`
          : refuses.find(({ pattern }) => new RegExp(pattern, "i").test(value))?.message;
      if (message) context.addIssue({ code: "custom", message });
    })
    .transform((text) => text.trim());

/** The schema of a choice: the id of an option, or the first option if empty. */
const choice = (field: VendorField) => {
  const ids = (field.options ?? []).map(({ id }) => id);
  return z
    .string()
    .transform((text) => text || (ids[0] ?? ""))
    .refine((text) => ids.includes(text), `Choose one of the list under ${field.label}.`);
};

/** The schema of a prepared certificate's id. */
const certificate = (label: string, provider: string) =>
  z.uuid(`Make a ${label} or paste one first, and upload it in ${provider}.`);

const rules = {
  text: (field: VendorField) => text(field.label, field.lengthMax ?? 200),
  guid: (field: VendorField, words: FieldWords) => Guid(field.label, `the ${words.console}`),
  "guid-list": (field: VendorField, words: FieldWords) =>
    guidList(field.label, field.lengthMax ?? 50, `the ${words.console}`),
  secret,
  date: () => day,
  duration: () => duration,
  choice,
  certificate: (field: VendorField, words: FieldWords) => certificate(field.label, words.provider),
};

/** Returns the schema of a field, with the messages that the form shows. */
export function ruleOf(field: VendorField, words: FieldWords): z.ZodType {
  return rules[field.kind](field, words);
}
