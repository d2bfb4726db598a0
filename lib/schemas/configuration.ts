import { z } from "zod";
import { displayNameMax } from "#lib/domain/configuration-name.ts";
import { day, duration, isAsked, ruleOf, secret, text, type VendorField } from "./vendor-field.ts";

type AuthType = "oauth" | "delegated";

/** What Settings → Add Configuration sends, checked; the same on both sides of the wire. */
export type ConfigurationInput = {
  vendor: string;
  displayName: string;
  authType: AuthType;
  /** which of the vendor's clouds */
  cloud: string;
  /** how the application proves itself */
  proof: "secret" | "certificate";
  /** whose name a change of status carries at the vendor */
  writeAs: "application" | "person";
  /** an existing credential, which takes the place of tenant, application and secret */
  credentialId: string | null;
  tenantId: string;
  subscriptionIds: string[];
  applicationId: string;
  clientSecret: string;
  /** one that was prepared here, in place of a secret */
  certificateId: string | null;
  secretExpiresOn: string | null;
  pollIntervalSeconds: number;
};
/** The same as a form holds it. */
export type ConfigurationFormValues = Omit<
  ConfigurationInput,
  "subscriptionIds" | "secretExpiresOn" | "certificateId"
> & {
  subscriptionIds: string;
  secretExpiresOn: string;
  certificateId: string;
};

/** What of a vendor's manifest its form is made of. */
type FormManifest = { id: string; authTypes: { id: string }[]; fields: readonly VendorField[] };

const emptyCredential = { tenantId: "", applicationId: "", clientSecret: "", certificateId: null };

/** The schema of a vendor's form, built from its manifest: each field by its kind, label and lengths. */
export function configurationInput(
  manifest: FormManifest,
): z.ZodType<ConfigurationInput, ConfigurationFormValues> {
  const authTypes = manifest.authTypes.map((one) => one.id);
  const head = z.looseObject({
    vendor: z.literal(manifest.id, "Choose a vendor of the list."),
    authType: z.string().refine((id) => authTypes.includes(id), "Choose an Auth Type."),
    credentialId: z.uuid().nullable().default(null),
  });
  const schema = head.transform((input, context): ConfigurationInput => {
    const { vendor, authType, credentialId } = input;
    const values: Record<string, unknown> = { vendor, authType, credentialId, ...emptyCredential };
    for (const field of manifest.fields) {
      if (field.credential && credentialId) continue;
      if (!isAsked(field, values)) continue;
      const given = input[field.id] ?? (field.kind === "duration" ? Number(field.example) : "");
      const checked = ruleOf(field).safeParse(given);
      if (checked.success) values[field.id] = checked.data;
      else
        for (const { path, message } of checked.error.issues.slice(0, 1))
          context.addIssue({
            code: "custom",
            path: [field.id],
            // of several, which one
            message: typeof path[0] === "number" ? `Entry ${path[0] + 1}: ${message}` : message,
          });
    }
    const { tenantId, applicationId } = values;
    if (tenantId && tenantId === applicationId)
      context.addIssue({
        code: "custom",
        path: ["applicationId"],
        message:
          "This is the Tenant ID again. Copy the Application (client) ID from the app's Overview page.",
      });
    const several = Array.isArray(values.subscriptionIds) && values.subscriptionIds.length > 1;
    if (authType === "delegated" && several)
      context.addIssue({
        code: "custom",
        path: ["subscriptionIds"],
        message:
          "With Delegated, enter one Subscription ID: each is signed in to by itself. Add the others afterwards.",
      });
    // everything a delegated configuration does is done by a person
    const fixed = authType === "delegated" ? { writeAs: "person" } : {};
    return { secretExpiresOn: null, proof: "secret", ...values, ...fixed } as ConfigurationInput;
  });
  return schema as unknown as z.ZodType<ConfigurationInput, ConfigurationFormValues>;
}

/** What may change of a configuration without asking Azure again. */
export const ConfigurationEdit = z.object({
  displayName: text("Display Name", displayNameMax),
  pollIntervalSeconds: duration,
  secretExpiresOn: day,
  writeAs: z.enum(["application", "person"], "Choose whose name a change carries.").optional(),
});

/** What takes the place of a credential's proof: a secret, or a prepared certificate. It is checked first. */
export const ReplaceSecretInput = z.union([
  z.object({ certificateId: z.uuid() }),
  z.object({ clientSecret: secret("Client Secret"), secretExpiresOn: day }),
]);

/** The first message for each field, as forms show them. */
export function fieldMessages(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[String(issue.path[0] ?? "form")] ??= issue.message;
  return fields;
}
