import { z } from "zod";
import { Guid } from "./guid.ts";

/** What every form may ask for, whatever the vendor: the portal keeps it in places of its own. */
type OwnField =
  | "displayName"
  | "cloud"
  | "proof"
  | "certificateId"
  | "secretExpiresOn"
  | "writeAs"
  | "pollIntervalSeconds";

/**
 * Where the value of a vendor's own field is kept: what the configuration reads (one or several), with the configuration,
 * in the record of the application at its authority, or sealed.
 */
type FieldPlace = "scope" | "connection" | "application" | "secret";

/** One field of a vendor's form; data, so that one form and one zod builder serve every vendor. */
export type VendorField = {
  label: string;
  kind: "text" | "guid" | "guid-list" | "secret" | "date" | "duration" | "choice" | "certificate";
  required: boolean;
  /** shown under "More" */
  advanced?: boolean;
  help?: string;
  example?: string;
  /** characters; for a list, entries */
  lengthMax?: number;
  /** of a choice, the usual one first */
  options?: { id: string; label: string; help?: string }[];
  /** asked for only while each of these fields (or authType) holds one of these values */
  when?: Record<string, string[]>;
  /** what a pasted value often is in place of the right one: regular expressions, without case, and what is said */
  refuses?: { pattern: string; message: string }[];
  /** another field whose value it often is by mistake */
  notSameAs?: { field: string; message: string };
  /** of a list: while these fields hold one of these values, one entry is all that is taken */
  onlyOne?: { when: Record<string, string[]>; message: string };
  /** usually the same in all of an organisation's configurations: filled in from one that stands */
  shared?: boolean;
} & ({ id: string; of: FieldPlace } | { id: OwnField; of?: never });

/** Whether a field belongs to the credential, and isn't asked for when an existing one is used. */
export function isOfCredential({ id, of }: VendorField): boolean {
  if (of) return of === "application" || of === "secret";
  return id === "proof" || id === "certificateId" || id === "secretExpiresOn";
}

/** The vendor's words that messages need. */
type FieldWords = { console: string; provider: string };

/** Whether a field (or a step of a guide) is asked for, given what the others hold. */
export function isAsked(one: Pick<VendorField, "when">, values: Record<string, unknown>): boolean {
  return Object.entries(one.when ?? {}).every(([name, wanted]) => wanted.includes(String(values[name])));
}

/** A name or another line of text, with nothing in it that can't be shown. */
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

/** The entries of a list: one per line, or separated by commas or spaces. */
export const entriesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** Several ids. */
const guidList = (label: string, most: number, from: string) =>
  z
    .string(`Enter the ${label}.`)
    .max(most * 80, `That is too much text for the ${label}. Enter at most ${most} ids.`)
    .transform((text) => [...new Set(entriesOf(text).map((id) => id.toLowerCase()))])
    .pipe(
      z
        .array(Guid(label, from))
        .min(1, `Enter the ${label}.`)
        .max(most, `Enter at most ${most} ids at once.`),
    );

const isDay = (text: string) => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return (
    /^2[01]\d{2}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(text)
  );
};

/** A day such as 2027-03-31; null when it is left empty. */
export const day = z
  .string()
  .trim()
  .default("")
  .refine((text) => text === "" || isDay(text), "Enter the expiry date as a day, such as 2027-03-31.")
  .transform((text) => text || null);

/** How often to poll, in whole seconds. */
export const duration = z.coerce
  .number("Enter the poll interval in seconds.")
  .int("Enter whole seconds.")
  .min(30, "The shortest poll interval is 30 seconds.")
  .max(3_600, "The longest poll interval is 3,600 seconds (1 hour).");

/** A secret's value; what looks like something else is refused in the vendor's words, and never repeated. */
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

/** One of a choice's options; the first when nothing is said. */
const choice = (field: VendorField) => {
  const ids = (field.options ?? []).map((one) => one.id);
  return z
    .string()
    .transform((text) => text || (ids[0] ?? ""))
    .refine((text) => ids.includes(text), `Choose one of the list under ${field.label}.`);
};

/** The id of a certificate that was prepared here. */
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

/** What a field of this kind takes, with the messages that its form shows. */
export function ruleOf(field: VendorField, words: FieldWords): z.ZodType {
  return rules[field.kind](field, words);
}
