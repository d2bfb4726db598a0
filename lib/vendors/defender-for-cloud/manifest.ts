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
  signIn: {
    callbackPath: "/api/azure/callback",
    lostHint:
      "If Microsoft showed AADSTS50011, register this exact redirect URI under Mobile and desktop applications:",
  },
  transitions,
  clouds,
  authTypes: [
    {
      id: "delegated",
      label: "Delegated",
      recommended: true,
      reads: "person",
      description:
        "Each person signs in with their own Azure account and sees what Azure lets them see. There is no secret to keep. Conditional Access can block server-side reads. For 24/7 coverage choose OAuth.",
    },
    {
      id: "oauth",
      label: "OAuth",
      reads: "application",
      description: "The application reads around the clock with its own secret or certificate.",
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
      help: "Shown on each detection to identify its source.",
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
          "With Delegated, enter one Subscription ID, because each one needs its own sign-in. Add the others afterwards.",
      },
      lengthMax: 50,
      help: "From Subscriptions > Overview. One per line. OAuth accepts up to 50.",
    },
    {
      id: "applicationId",
      label: "Application ID",
      kind: "guid",
      of: "application",
      required: true,
      notSameAs: {
        field: "tenantId",
        message: "This is the Tenant ID. Copy the Application (client) ID from the app's Overview page.",
      },
      help: "Application (client) ID from the app's Overview page.",
    },
    {
      id: "proof",
      label: "Authenticate with",
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
            "This looks like the Secret ID. Copy the text in the Value column instead. Azure shows it only once, right after you create the secret.",
        },
        {
          pattern: "[^\\u0021-\\u007e]",
          message:
            "A Client Secret contains no spaces or special letters. Copy the text in the Value column again.",
        },
      ],
      when: { ...oauth, proof: ["secret"] },
      help: "The secret's Value, not its Secret ID.",
    },
    {
      id: "secretExpiresOn",
      label: "Client Secret expires",
      kind: "date",
      required: false,
      when: { ...oauth, proof: ["secret"] },
      help: "As shown in Azure. We remind you 30, 14, 7 and 1 days before. Left empty, it is read from Azure if the application may.",
    },
    {
      id: "certificateId",
      label: "Certificate",
      kind: "certificate",
      required: true,
      when: { ...oauth, proof: ["certificate"] },
      help: "The private key stays here. Upload only the .cer to Azure: Certificates & secrets > Certificates > Upload certificate.",
    },
    {
      id: "writeAs",
      label: "Change alert status as",
      kind: "choice",
      required: true,
      when: oauth,
      options: [
        {
          id: "person",
          label: "Each analyst's own Azure account",
          help: "The app reads alerts around the clock. Azure's log shows which analyst closed each one.",
        },
        {
          id: "application",
          label: "The application",
          help: "Azure's log shows the application. PocketSOC's log shows the person.",
        },
      ],
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
  notifyAbout: ["high", "medium"],
  secretPage: "Certificates & secrets",
  plans: "Defender plans",
  firstSteps: [
    "Register an application in Microsoft Entra ID.",
    "Assign Security Reader (view) or Security Admin (view and close) on the subscription.",
    "Paste the IDs. We test the connection before saving.",
  ],
  sampleHint: "Azure portal, Defender for Cloud, Security alerts, Sample alerts.",
  sampleSteps: [
    "Open **Defender for Cloud** > **Security alerts** > **Sample alerts** > **Create sample alerts**.",
    "Choose the subscription and the plans, and click **Create sample alerts**.",
    "Wait one or two minutes for the workflow automation.",
  ],
  guide,
  webhook: {
    id: "azure-logic-app",
    label: "Azure Logic App Webhook URL",
    help: "A Logic App in your subscription posts each alert to it as it arises. Anyone with this URL can post alerts. Treat it like a password.",
    redeploy: "deploy the template again in Azure",
    schemas: { push: "Workflow automation", resource: "Resource Manager" },
    headers: {
      "x-ms-workflow-name": "Logic App",
      "x-ms-workflow-run-id": "Run",
      "x-ms-workflow-resourcegroup-name": "Resource group",
      "x-ms-client-tracking-id": "Tracking ID",
    },
    record: {
      idHeader: "x-ms-workflow-run-id",
      senderHeader: "x-ms-workflow-name",
      hint: "To find the run that sent this: in the Azure portal, open the Logic App {sender}, then Runs history, and look for this run's identifier.",
      copy: "Copy run identifier",
    },
  },
};
