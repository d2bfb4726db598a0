import { z } from "zod";
import { displayNameMax } from "#lib/domain/configuration-name.ts";
import { type Environment, environments } from "#lib/domain/environment.ts";
import type { NamedSeverity } from "#lib/domain/severity.ts";
import { formFields } from "./common-fields.ts";
import { limited } from "./limited.ts";
import {
  day,
  duration,
  entriesOf,
  isAsked,
  isOfCredential,
  ruleOf,
  severityChoice,
  text,
  type VendorField,
} from "./vendor-field.ts";

/** Who calls the vendor: an application, or each person with their own account. */
type ActsAs = "application" | "person";

/** The validated input of Settings → Add Configuration. The browser and the server validate with the same schema. */
export type ConfigurationInput = {
  vendor: string;
  displayName: string;
  /** the id of the way in which PocketSOC signs in, from the vendor's manifest */
  authType: string;
  /** who reads alerts at the vendor */
  readAs: ActsAs;
  /** who makes status changes at the vendor */
  writeAs: ActsAs;
  /** the id of one of the vendor's clouds */
  cloud: string;
  /** whether the application signs in with a secret or a certificate */
  proof: "secret" | "certificate";
  /** the id of an existing credential to use instead of `application` and `secret`; null for a new credential */
  credentialId: string | null;
  /** the ids of the scopes; each scope becomes a configuration */
  scopeIds: string[];
  /** the values of the vendor's own fields that aren't secret */
  connection: { [field: string]: string };
  application: { [field: string]: string };
  secret: string;
  /** the id of a prepared certificate to use instead of a secret; null without a certificate */
  certificateId: string | null;
  secretExpiresOn: string | null;
  environment: Environment;
  /** the severities of alerts that notify the team; others notify nobody */
  notifyAbout: NamedSeverity[];
  pollIntervalSeconds: number;
};
/** The unvalidated values of the form, by field id. `vendor`, `authType` and `credentialId` are among them. */
export type ConfigurationFormValues = { [field: string]: string | number | null | NamedSeverity[] };

/** The parts of a vendor's manifest that define its form. */
type FormManifest = {
  id: string;
  authTypes: { id: string; reads: ActsAs }[];
  fields: readonly VendorField[];
  notifyAbout: readonly NamedSeverity[];
  clouds: readonly { id: string }[];
  words: Parameters<typeof ruleOf>[1];
};

/** the poll interval if the vendor's form has no such field */
const defaultPollSeconds = 60;

type Values = Record<string, unknown>;
type Refuse = (field: string, message: string) => void;

/** Builds the schema of a vendor's form from the fields in the vendor's manifest. */
export function configurationInput(
  manifest: FormManifest,
): z.ZodType<ConfigurationInput, ConfigurationFormValues> {
  const head = z.looseObject({
    vendor: z.literal(manifest.id, "Choose a vendor of the list."),
    authType: limited(100, "Choose an Auth Type.").refine(
      (id) => manifest.authTypes.some((authType) => authType.id === id),
      "Choose an Auth Type.",
    ),
    credentialId: z.uuid().nullable().default(null),
  });
  const schema = head.transform((input, context): ConfigurationInput => {
    const refuse: Refuse = (field, message) => context.addIssue({ code: "custom", path: [field], message });
    const fields = formFields(manifest);
    const values = readFields({ ...manifest, fields }, input, refuse);
    for (const field of fields) checkAgainstOthers(field, values, refuse);
    const readAs = manifest.authTypes.find(({ id }) => id === input.authType)?.reads ?? "application";
    return inputOf(manifest, values, readAs);
  });
  return schema as unknown as z.ZodType<ConfigurationInput, ConfigurationFormValues>;
}

/** The value of a field that the input lacks. */
function presetOf({ kind, chosen = [] }: VendorField): unknown {
  if (kind === "duration") return defaultPollSeconds;
  return kind === "severities" ? chosen : "";
}

/** Validates the fields that the form shows, and returns the valid values. Reports each problem with `refuse`. */
function readFields({ fields, words }: FormManifest, input: Values, refuse: Refuse): Values {
  const { vendor, authType, credentialId } = input;
  const values: Values = { vendor, authType, credentialId };
  for (const field of fields) {
    if (credentialId && isOfCredential(field)) continue;
    if (!isAsked(field, values)) continue;
    const given = input[field.id] ?? presetOf(field);
    const checked = ruleOf(field, words).safeParse(given);
    if (checked.success) values[field.id] = checked.data;
    else refuse(field.id, firstMessage(checked.error, given));
  }
  return values;
}

/**
 * Returns the message for a field's first problem. For a list with several entries, the message names the position of
 * the invalid entry.
 */
function firstMessage({ issues: [issue] }: z.ZodError, given: unknown): string {
  const place = issue?.path[0];
  const isList = typeof place === "number" && typeof given === "string" && entriesOf(given).length > 1;
  return `${isList ? `Entry ${place + 1}: ` : ""}${issue?.message ?? ""}`;
}

function checkAgainstOthers({ id, notSameAs, onlyOne }: VendorField, values: Values, refuse: Refuse): void {
  const value = values[id];
  if (notSameAs && value && value === values[notSameAs.field]) refuse(id, notSameAs.message);
  if (onlyOne && Array.isArray(value) && value.length > 1 && isAsked(onlyOne, values))
    refuse(id, onlyOne.message);
}

/** Makes the validated input from the portal's own fields and the vendor's fields. */
function inputOf({ fields, clouds }: FormManifest, values: Values, readAs: ActsAs): ConfigurationInput {
  const valuesIn = (place: VendorField["of"]) =>
    Object.fromEntries(
      fields.flatMap(({ id, of }) => (of === place && values[id] !== undefined ? [[id, values[id]]] : [])),
    ) as { [field: string]: string };
  const valueOr = (id: string, fallback: unknown) => values[id] ?? fallback;
  return {
    vendor: values.vendor,
    displayName: values.displayName,
    authType: values.authType,
    readAs,
    // a configuration that people read with their own accounts is also written with them
    writeAs: readAs === "person" ? "person" : valueOr("writeAs", "application"),
    // the form of a vendor with one cloud has no field for it
    cloud: valueOr("cloud", clouds[0]?.id),
    proof: valueOr("proof", "secret"),
    credentialId: values.credentialId,
    // scope ids ignore case
    scopeIds: Object.values(valuesIn("scope"))
      .flat()
      .map((id) => id.toLowerCase()),
    connection: valuesIn("connection"),
    application: valuesIn("application"),
    secret: Object.values(valuesIn("secret")).join(""),
    certificateId: valueOr("certificateId", null),
    secretExpiresOn: valueOr("secretExpiresOn", null),
    environment: values.environment,
    notifyAbout: values.notifyAbout,
    pollIntervalSeconds: valueOr("pollIntervalSeconds", defaultPollSeconds),
  } as ConfigurationInput;
}

/** The input of the form that edits a saved configuration. These settings need no check at the vendor. */
export const ConfigurationEdit = z.object({
  displayName: text("Display Name", displayNameMax),
  pollIntervalSeconds: duration,
  /** absent if the form doesn't ask for it; the day then stays as it is */
  secretExpiresOn: day.optional(),
  writeAs: z.enum(["application", "person"], "Choose whose name a change carries.").optional(),
  environment: z.enum(environments, "Choose Production or Test.").optional(),
  notifyAbout: severityChoice.optional(),
});

/** Builds the schema of the form that replaces a credential's secret or certificate. */
export function replaceSecretInput({ fields, words }: FormManifest) {
  const field = fields.find(({ of }) => of === "secret");
  const secret = (field ? ruleOf(field, words) : z.never()) as z.ZodType<string>;
  return z.union([
    z.object({ certificateId: z.uuid() }),
    z.object({ secret, secretExpiresOn: day.prefault("") }),
  ]);
}

/** Returns the first message for each invalid field, for a form to show. */
export function fieldMessages(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[String(issue.path[0] ?? "form")] ??= issue.message;
  return fields;
}
