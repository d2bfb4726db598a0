import { displayNameMax } from "#lib/domain/configuration-name.ts";
import type { VendorManifest } from "../manifest.ts";
import { authority } from "../shared/microsoft-entra/api.ts";
import { clouds } from "./clouds.ts";
import { guide } from "./guide.ts";
import { transitions } from "./status.ts";
import { words } from "./words.ts";

const oauth = { authType: ["oauth"] };

/** Describes Defender for Cloud in the words of its guide (guide.ts). JSON only. */
export const manifest: VendorManifest = {
  id: "defender-for-cloud",
  label: "Defender for Cloud",
  words,
  authority,
  signIn: { callbackPath: "/api/azure/callback" },
  transitions,
  clouds,
  authTypes: [
    {
      id: "delegated",
      label: "Delegated",
      recommended: true,
      reads: "person",
      description:
        "Each person signs in with their own Azure account and sees what Azure lets them see; no secret to keep. Policies that ask for a compliant device or a known location can stop reading from a server: for nights, read with OAuth and let each analyst change status with their own account.",
    },
    {
      id: "oauth",
      label: "OAuth",
      reads: "application",
      description: "The application reads by itself, day and night, with its own secret or certificate.",
    },
  ],
  fields: [
    {
      id: "displayName",
      label: "Display Name",
      kind: "text",
      required: true,
      lengthMax: displayNameMax,
      example: "Azure Production",
      help: "Shown on each detection, to tell which source it came from.",
    },
    {
      id: "cloud",
      label: "Cloud",
      kind: "choice",
      required: true,
      options: clouds.map(({ id, label }) => ({ id, label })),
    },
    {
      id: "tenantId",
      label: "Tenant ID",
      kind: "guid",
      of: "application",
      shared: true,
      required: true,
      help: "Directory (tenant) ID from the app's Overview page.",
    },
    {
      id: "subscriptionIds",
      label: "Subscription ID",
      kind: "guid-list",
      of: "scope",
      required: true,
      onlyOne: {
        when: { authType: ["delegated"] },
        message:
          "With Delegated, enter one Subscription ID: each is signed in to by itself. Add the others afterwards.",
      },
      lengthMax: 50,
      help: "From Subscriptions > Overview. With OAuth several at once: one a line.",
    },
    {
      id: "applicationId",
      label: "Application ID",
      kind: "guid",
      of: "application",
      required: true,
      notSameAs: {
        field: "tenantId",
        message:
          "This is the Tenant ID again. Copy the Application (client) ID from the app's Overview page.",
      },
      help: "Application (client) ID from the app's Overview page.",
    },
    {
      id: "proof",
      label: "The application proves itself with",
      kind: "choice",
      required: true,
      when: oauth,
      options: [
        { id: "secret", label: "Client Secret" },
        { id: "certificate", label: "Certificate" },
      ],
    },
    {
      id: "clientSecret",
      label: "Client Secret",
      kind: "secret",
      of: "secret",
      required: true,
      refuses: [
        {
          pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
          message:
            "This looks like the Secret ID. Copy the text in the Value column instead; Azure shows it only once, right after it is made.",
        },
        {
          pattern: "[^\\u0021-\\u007e]",
          message:
            "A Client Secret holds no spaces or special letters. Copy the text in the Value column again.",
        },
      ],
      when: { ...oauth, proof: ["secret"] },
      help: "The secret's Value, not its Secret ID.",
    },
    {
      id: "certificateId",
      label: "Certificate",
      kind: "certificate",
      required: true,
      when: { ...oauth, proof: ["certificate"] },
      help: "The private key stays here. Only the .cer goes to Azure: Certificates & secrets > Certificates > Upload certificate.",
    },
    {
      id: "writeAs",
      label: "Status changes as",
      kind: "choice",
      required: true,
      when: oauth,
      options: [
        {
          id: "person",
          label: "Each analyst's own Azure account",
          help: "Reading never depends on a person; Azure's log names who closed an alert. Each analyst connects their account once, through the redirect URI in the guide.",
        },
        {
          id: "application",
          label: "The application",
          help: "Azure's log names the application; PocketSOC's names the person.",
        },
      ],
    },
    {
      id: "secretExpiresOn",
      label: "Client Secret expires",
      kind: "date",
      required: false,
      advanced: true,
      when: { ...oauth, proof: ["secret"] },
      help: "We remind you 30, 14, 7 and 1 days before.",
    },
    {
      id: "pollIntervalSeconds",
      label: "Poll interval (seconds)",
      kind: "duration",
      required: false,
      advanced: true,
      example: "60",
      help: "Between 30 and 3,600.",
    },
  ],
  firstSteps: [
    "Register an application in Microsoft Entra ID.",
    "Give yourself, or the application, Security Reader or Security Admin on the subscription.",
    "Enter the ids here. They are checked before anything is saved.",
  ],
  sampleHint: "Azure portal, Defender for Cloud, Security alerts, Sample alerts.",
  guide,
  webhook: {
    id: "azure-logic-app",
    label: "Azure Logic App Webhook URL",
    help: "A Logic App in your subscription posts each alert to it as it arises. Whoever has it can post alerts to your team, so keep it like a password.",
  },
};
