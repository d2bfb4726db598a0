import { z } from "zod";
import { Guid, isGuid } from "./guid.ts";

const wellFormed = (label: string) =>
  z
    .string(`Enter the ${label}.`)
    .trim()
    .min(1, `Enter the ${label}.`)
    .regex(
      /^[^\u0000-\u001f\u007f\ud800-\udfff]*$/u,
      `The ${label} holds characters that can't be shown. Type it again.`,
    );

/** Several subscription ids: one a line, or separated by commas or spaces. */
export const SubscriptionIds = z
  .string("Enter the Subscription ID.")
  .max(4_000, "That is too much text for subscription ids. Enter at most 50.")
  .transform((text) => [
    ...new Set(
      text
        .split(/[\s,;]+/)
        .filter(Boolean)
        .map((id) => id.toLowerCase()),
    ),
  ])
  .pipe(
    z
      .array(Guid("Subscription ID"))
      .min(1, "Enter the Subscription ID.")
      .max(50, "Enter at most 50 subscription ids at once."),
  );

const isDay = (text: string) => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return (
    /^2[01]\d{2}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(text)
  );
};

const DisplayName = wellFormed("Display Name").max(80, "Keep the Display Name within 80 characters.");
const ExpiryDay = z
  .string()
  .trim()
  .default("")
  .refine((text) => text === "" || isDay(text), "Enter the expiry date as a day, such as 2027-03-31.")
  .transform((text) => text || null);
const PollInterval = z.coerce
  .number("Enter the poll interval in seconds.")
  .int("Enter whole seconds.")
  .min(30, "The shortest poll interval is 30 seconds.")
  .max(3_600, "The longest poll interval is 3,600 seconds (1 hour).");
const Secret = z
  .string()
  .max(512, "A Client Secret has at most 512 characters. Copy only its value.")
  .default("");

/**
 * What Settings → Add Configuration sends, on both sides of the wire. `credentialId` takes the place of
 * tenant, application and secret when an existing credential is used.
 */
export const ConfigurationInput = z
  .object({
    vendor: z.string().max(64),
    displayName: DisplayName,
    authType: z.enum(["oauth"], "Choose an Auth Type."),
    credentialId: z.uuid().nullable().default(null),
    tenantId: z.string().max(200, "The Tenant ID is a GUID of 36 characters.").default(""),
    subscriptionIds: SubscriptionIds,
    applicationId: z.string().max(200, "The Application ID is a GUID of 36 characters.").default(""),
    clientSecret: Secret,
    secretExpiresOn: ExpiryDay,
    pollIntervalSeconds: PollInterval.default(60),
  })
  .superRefine((input, context) => {
    if (input.credentialId) return;
    for (const [field, label] of [
      ["tenantId", "Tenant ID"],
      ["applicationId", "Application ID"],
    ] as const) {
      const checked = Guid(label).safeParse(input[field]);
      if (!checked.success) {
        context.addIssue({ code: "custom", path: [field], message: checked.error.issues[0]?.message ?? "" });
      }
    }
    if (input.tenantId && input.tenantId.trim().toLowerCase() === input.applicationId.trim().toLowerCase()) {
      context.addIssue({
        code: "custom",
        path: ["applicationId"],
        message:
          "This is the Tenant ID again. Copy the Application (client) ID from the app's Overview page.",
      });
    }
    const secret = checkSecret(input.clientSecret);
    if (secret) context.addIssue({ code: "custom", path: ["clientSecret"], message: secret });
  })
  .transform((input) => ({
    ...input,
    tenantId: input.tenantId.trim().toLowerCase(),
    applicationId: input.applicationId.trim().toLowerCase(),
    clientSecret: input.clientSecret.trim(),
  }));
export type ConfigurationInput = z.output<typeof ConfigurationInput>;
export type ConfigurationFormValues = z.input<typeof ConfigurationInput>;

/** What may change of a configuration without asking Azure again. */
export const ConfigurationEdit = z.object({
  displayName: DisplayName,
  pollIntervalSeconds: PollInterval,
  secretExpiresOn: ExpiryDay,
});

/** A new secret for a credential; it is proved before it takes the old one's place. */
export const ReplaceSecretInput = z.object({
  clientSecret: Secret.superRefine((text, context) => {
    const problem = checkSecret(text);
    if (problem) context.addIssue({ code: "custom", message: problem });
  }).transform((text) => text.trim()),
  secretExpiresOn: ExpiryDay,
});

/** The first message for each field, as forms show them. */
export function fieldMessages(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[String(issue.path[0] ?? "form")] ??= issue.message;
  return fields;
}

/** What is wrong with a pasted secret, or null. A GUID is the secret's ID, the column beside its value. */
export function checkSecret(text: string): string | null {
  const secret = text.trim();
  if (secret === "") return "Enter the Client Secret.";
  if (isGuid(secret)) {
    return "This looks like the Secret ID. Copy the text in the Value column instead; Azure shows it only once, right after it is made.";
  }
  if (/[\u0000-\u0020\u007f-\uffff]/.test(secret)) {
    return "A Client Secret holds no spaces or special letters. Copy the text in the Value column again.";
  }
  return null;
}
