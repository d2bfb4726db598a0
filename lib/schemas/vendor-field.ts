import { z } from "zod";
import { Guid, isGuid } from "./guid.ts";

/** One field of a vendor's form; data, so that one form and one zod builder serve every vendor. */
export type VendorField = {
  id: string;
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
  /** belongs to the credential, not to the configuration: not asked for when an existing one is used */
  credential?: boolean;
};

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

/** Several ids: one a line, or separated by commas or spaces. */
const guidList = (label: string, most: number) =>
  z
    .string(`Enter the ${label}.`)
    .max(most * 80, `That is too much text for the ${label}. Enter at most ${most} ids.`)
    .transform((text) => [
      ...new Set(
        text
          .split(/[\s,;]+/)
          .filter(Boolean)
          .map((id) => id.toLowerCase()),
      ),
    ])
    .pipe(z.array(Guid(label)).min(1, `Enter the ${label}.`).max(most, `Enter at most ${most} ids at once.`));

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

/** A secret's value, never its id. */
export const secret = (label: string) =>
  z
    .string()
    .max(512, `A ${label} has at most 512 characters. Copy only its value.`)
    .default("")
    .superRefine((text, context) => {
      const problem = checkSecret(text, label);
      if (problem) context.addIssue({ code: "custom", message: problem });
    })
    .transform((text) => text.trim());

/** What is wrong with a pasted secret, or null. A GUID is the secret's ID, the column beside its value. */
function checkSecret(text: string, label: string): string | null {
  const value = text.trim();
  if (value === "") return `Enter the ${label}.`;
  if (isGuid(value)) {
    return "This looks like the Secret ID. Copy the text in the Value column instead; Azure shows it only once, right after it is made.";
  }
  if (/[\u0000-\u0020\u007f-\uffff]/.test(value)) {
    return `A ${label} holds no spaces or special letters. Copy the text in the Value column again.`;
  }
  return null;
}

/** One of a choice's options; the first when nothing is said. */
const choice = (field: VendorField) => {
  const ids = (field.options ?? []).map((one) => one.id);
  return z
    .string()
    .transform((text) => text || (ids[0] ?? ""))
    .refine((text) => ids.includes(text), `Choose one of the list under ${field.label}.`);
};

/** The id of a certificate that was prepared here. */
const certificate = (label: string) => z.uuid(`Make a ${label} or paste one first, and upload it in Azure.`);

const rules = {
  text: (field: VendorField) => text(field.label, field.lengthMax ?? 200),
  guid: (field: VendorField) => Guid(field.label),
  "guid-list": (field: VendorField) => guidList(field.label, field.lengthMax ?? 50),
  secret: (field: VendorField) => secret(field.label),
  date: () => day,
  duration: () => duration,
  choice,
  certificate: (field: VendorField) => certificate(field.label),
};

/** What a field of this kind takes, with the messages that its form shows. */
export function ruleOf(field: VendorField): z.ZodType {
  return rules[field.kind](field);
}
