import { z } from "zod";
import { displayNameMax } from "#lib/domain/configuration-name.ts";
import {
  day,
  duration,
  entriesOf,
  isAsked,
  isOfCredential,
  ruleOf,
  text,
  type VendorField,
} from "./vendor-field.ts";

/** Who signs in at a vendor: an application by itself, or each person with an account of their own. */
type ActsAs = "application" | "person";

/** What Settings → Add Configuration sends, checked; the same on both sides of the wire. */
export type ConfigurationInput = {
  vendor: string;
  displayName: string;
  /** the vendor's own name for the way to sign in */
  authType: string;
  /** whose eyes it is read with */
  readAs: ActsAs;
  /** whose name a change of status carries at the vendor */
  writeAs: ActsAs;
  /** which of the vendor's clouds */
  cloud: string;
  /** how the application proves itself */
  proof: "secret" | "certificate";
  /** an existing credential, which takes the place of application and secret */
  credentialId: string | null;
  /** what it reads, a configuration each */
  scopeIds: string[];
  /** the vendor's own values that aren't secret */
  connection: { [field: string]: string };
  application: { [field: string]: string };
  secret: string;
  /** one that was prepared here, in place of a secret */
  certificateId: string | null;
  secretExpiresOn: string | null;
  pollIntervalSeconds: number;
};
/** The same as a form holds it: by the fields' ids, with `vendor`, `authType` and `credentialId`. */
export type ConfigurationFormValues = { [field: string]: string | number | null };

/** What of a vendor's manifest its form is made of. */
type FormManifest = {
  id: string;
  authTypes: { id: string; reads: ActsAs }[];
  fields: readonly VendorField[];
  clouds: readonly { id: string }[];
  words: Parameters<typeof ruleOf>[1];
};

/** how often a configuration is polled unless its form says otherwise */
const usualPollSeconds = 60;

type Values = Record<string, unknown>;
type Refuse = (field: string, message: string) => void;

/** The schema of a vendor's form, built from its manifest: each field by its kind, label and lengths. */
export function configurationInput(
  manifest: FormManifest,
): z.ZodType<ConfigurationInput, ConfigurationFormValues> {
  const head = z.looseObject({
    vendor: z.literal(manifest.id, "Choose a vendor of the list."),
    authType: z
      .string()
      .refine((id) => manifest.authTypes.some((one) => one.id === id), "Choose an Auth Type."),
    credentialId: z.uuid().nullable().default(null),
  });
  const schema = head.transform((input, context): ConfigurationInput => {
    const refuse: Refuse = (field, message) => context.addIssue({ code: "custom", path: [field], message });
    const values = readFields(manifest, input, refuse);
    for (const field of manifest.fields) checkAgainstOthers(field, values, refuse);
    const readAs = manifest.authTypes.find(({ id }) => id === input.authType)?.reads ?? "application";
    return inputOf(manifest, values, readAs);
  });
  return schema as unknown as z.ZodType<ConfigurationInput, ConfigurationFormValues>;
}

/** The values of the fields that are asked for, each by its own rule. */
function readFields({ fields, words }: FormManifest, input: Values, refuse: Refuse): Values {
  const { vendor, authType, credentialId } = input;
  const values: Values = { vendor, authType, credentialId };
  for (const field of fields) {
    if (credentialId && isOfCredential(field)) continue;
    if (!isAsked(field, values)) continue;
    const given = input[field.id] ?? (field.kind === "duration" ? usualPollSeconds : "");
    const checked = ruleOf(field, words).safeParse(given);
    if (checked.success) values[field.id] = checked.data;
    else refuse(field.id, firstMessage(checked.error, given));
  }
  return values;
}

/** The first problem of a field; in a list of several entries, with the place of the wrong one. */
function firstMessage({ issues: [issue] }: z.ZodError, given: unknown): string {
  const place = issue?.path[0];
  const isList = typeof place === "number" && entriesOf(String(given)).length > 1;
  return `${isList ? `Entry ${place + 1}: ` : ""}${issue?.message ?? ""}`;
}

function checkAgainstOthers({ id, notSameAs, onlyOne }: VendorField, values: Values, refuse: Refuse): void {
  const value = values[id];
  if (notSameAs && value && value === values[notSameAs.field]) refuse(id, notSameAs.message);
  if (onlyOne && Array.isArray(value) && value.length > 1 && isAsked(onlyOne, values))
    refuse(id, onlyOne.message);
}

/** The portal's own values as they are, the vendor's each in its place. */
function inputOf({ fields, clouds }: FormManifest, values: Values, readAs: ActsAs): ConfigurationInput {
  const placed = (place: VendorField["of"]) =>
    Object.fromEntries(
      fields.flatMap(({ id, of }) => (of === place && values[id] !== undefined ? [[id, values[id]]] : [])),
    ) as { [field: string]: string };
  const own = (id: string, fallback: unknown) => values[id] ?? fallback;
  return {
    vendor: values.vendor,
    displayName: values.displayName,
    authType: values.authType,
    readAs,
    // everything that people read is changed by people
    writeAs: readAs === "person" ? "person" : own("writeAs", "application"),
    // a vendor of one cloud doesn't ask which
    cloud: own("cloud", clouds[0]?.id),
    proof: own("proof", "secret"),
    credentialId: values.credentialId,
    // vendors' ids are compared without case
    scopeIds: Object.values(placed("scope"))
      .flat()
      .map((id) => id.toLowerCase()),
    connection: placed("connection"),
    application: placed("application"),
    secret: Object.values(placed("secret")).join(""),
    certificateId: own("certificateId", null),
    secretExpiresOn: own("secretExpiresOn", null),
    pollIntervalSeconds: own("pollIntervalSeconds", usualPollSeconds),
  } as ConfigurationInput;
}

/** What may change of a configuration without asking the vendor again. */
export const ConfigurationEdit = z.object({
  displayName: text("Display Name", displayNameMax),
  pollIntervalSeconds: duration,
  secretExpiresOn: day,
  writeAs: z.enum(["application", "person"], "Choose whose name a change carries.").optional(),
});

/** What takes the place of a credential's proof: a secret, or a prepared certificate. It is checked first. */
export function replaceSecretInput({ fields, words }: FormManifest) {
  const field = fields.find(({ of }) => of === "secret");
  const secret = (field ? ruleOf(field, words) : z.never()) as z.ZodType<string>;
  return z.union([z.object({ certificateId: z.uuid() }), z.object({ secret, secretExpiresOn: day })]);
}

/** The first message for each field, as forms show them. */
export function fieldMessages(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[String(issue.path[0] ?? "form")] ??= issue.message;
  return fields;
}
