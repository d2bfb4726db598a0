import { z } from "zod";
import { type NamedSeverity, namedSeverities } from "#lib/domain/severity.ts";
import { isShownWhole } from "#lib/domain/text.ts";
import { Guid } from "./guid.ts";
import { limited } from "./limited.ts";

/** The ids of the portal's own fields, which the form of any vendor may have. */
type OwnField =
  | "displayName"
  | "cloud"
  | "proof"
  | "certificateId"
  | "secretExpiresOn"
  | "writeAs"
  | "environment"
  | "notifyAbout"
  | "pollIntervalSeconds";

/**
 * Where a field's value is stored: as the configuration's scope, in its connection, in the credential's application, or
 * sealed as the credential's secret.
 */
type FieldPlace = "scope" | "connection" | "application" | "secret";

/** A field of a vendor's form, as plain data. */
export type VendorField = {
  label: string;
  kind:
    | "text"
    | "guid"
    | "guid-list"
    | "secret"
    | "date"
    | "duration"
    | "choice"
    | "severities"
    | "certificate";
  required: boolean;
  /** whether the form hides the field under "More" */
  advanced?: boolean;
  help?: string;
  example?: string;
  /** the maximum length: of a text in characters, of a list in entries */
  lengthMax?: number;
  /** the options of a choice; the first one is the default */
  options?: { id: string; label: string; help?: string }[];
  /** the severities that are chosen at first */
  chosen?: readonly NamedSeverity[];
  /** the form shows the field only while each of these fields (or `authType`) has one of the listed values */
  when?: Record<string, string[]>;
  /** values that people often paste by mistake: `pattern` is a case-insensitive regular expression */
  refuses?: { pattern: string; message: string }[];
  /** another field whose value people often enter here by mistake */
  notSameAs?: { field: string; message: string };
  /** the list may have only one entry while each of these fields has one of the listed values */
  onlyOne?: { when: Record<string, string[]>; message: string };
  /** whether an organisation's configurations usually share the value, so that the form prefills it */
  shared?: boolean;
} & ({ id: string; of: FieldPlace } | { id: OwnField; of?: never });

/** Whether a field belongs to the credential. The form hides such a field if an existing credential is used. */
export function isOfCredential({ id, of }: VendorField): boolean {
  if (of) return of === "application" || of === "secret";
  return id === "proof" || id === "certificateId" || id === "secretExpiresOn";
}

/** The words of a vendor that appear in a field's messages. */
type FieldWords = { console: string; provider: string };

/** Whether the form shows a field, or the guide shows a step, for these values. */
export function isAsked(part: Pick<VendorField, "when">, values: Record<string, unknown>): boolean {
  return Object.entries(part.when ?? {}).every(([name, wanted]) => wanted.includes(String(values[name])));
}

/** Builds the schema of one line of text without control characters. */
export const text = (label: string, lengthMax: number) =>
  limited(
    lengthMax,
    `Keep the ${label} within ${lengthMax} characters.`,
    z.string(`Enter the ${label}.`).trim(),
  )
    .min(1, `Enter the ${label}.`)
    .refine(
      (line) => isShownWhole(line),
      `The ${label} holds characters that can't be shown. Type it again.`,
    );

/** Splits a text into the entries of a list, which are separated by line breaks, commas or spaces. */
export const entriesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** Builds the schema of a list of GUIDs. */
const guidList = (label: string, limit: number, from: string) =>
  limited(
    limit * 80,
    `That is too much text for the ${label}. Enter at most ${limit} ids.`,
    z.string(`Enter the ${label}.`),
  )
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

const notDay = "Enter the expiry date as a day, such as 2027-03-31.";

/** The schema of a day such as 2027-03-31; an empty text becomes null. */
export const day = limited(10, notDay, z.string(notDay).trim())
  .refine((text) => text === "" || isDay(text), notDay)
  .transform((text) => text || null);

/** The schema of a poll interval in whole seconds. */
export const duration = z.coerce
  .number("Enter the poll interval in seconds.")
  .int("Enter whole seconds.")
  .min(30, "The shortest poll interval is 30 seconds.")
  .max(3_600, "The longest poll interval is 3,600 seconds (1 hour).");

/** Builds the schema of a secret. Rejects a value that matches one of `refuses`. No message contains the value. */
const secret = ({ label, lengthMax = 512, refuses = [] }: VendorField) =>
  limited(lengthMax, `A ${label} has at most ${lengthMax} characters. Copy only its value.`)
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

/** Builds the schema of a choice: the id of an option. An empty value becomes the first option. */
const choice = (field: VendorField) => {
  const ids = (field.options ?? []).map(({ id }) => id);
  const notListed = `Choose one of the list under ${field.label}.`;
  return limited(200, notListed)
    .transform((text) => text || (ids[0] ?? ""))
    .refine((text) => ids.includes(text), notListed);
};

const notSeverities = "Choose severities of the list.";

/** The schema of a choice of severities, most urgent first. It may be empty. */
export const severityChoice = z
  .array(z.enum(namedSeverities, notSeverities), notSeverities)
  .max(namedSeverities.length, notSeverities)
  .transform((chosen) => namedSeverities.filter((severity) => chosen.includes(severity)));

/** Builds the schema of the id of a prepared certificate. */
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
  severities: () => severityChoice,
  certificate: (field: VendorField, words: FieldWords) => certificate(field.label, words.provider),
};

/** Builds the schema of a field, with the messages that the form shows. */
export function ruleOf(field: VendorField, words: FieldWords): z.ZodType {
  return rules[field.kind](field, words);
}
