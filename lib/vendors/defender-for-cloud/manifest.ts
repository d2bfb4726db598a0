import type { VendorManifest } from "../contract.ts";

const role = `az role assignment create --assignee {applicationId} --role "Security Admin" --scope /subscriptions/{subscriptionId}`;

/** Defender for Cloud, in the guide's words (docs: the product's setup guide, steps 1 to 7). JSON only. */
export const manifest: VendorManifest = {
  id: "defender-for-cloud",
  label: "Defender for Cloud",
  provider: "Azure",
  authTypes: [
    {
      id: "oauth",
      label: "OAuth",
      description: "The application reads and writes with its own Client Secret; nobody signs in.",
    },
  ],
  fields: [
    {
      id: "displayName",
      label: "Display Name",
      kind: "text",
      required: true,
      lengthMax: 80,
      example: "Azure Production",
      help: "Shown on each detection, to tell which source it came from.",
    },
    {
      id: "tenantId",
      label: "Tenant ID",
      kind: "guid",
      required: true,
      credential: true,
      help: "Directory (tenant) ID from the app's Overview page.",
    },
    {
      id: "subscriptionIds",
      label: "Subscription ID",
      kind: "guid-list",
      required: true,
      lengthMax: 50,
      help: "From Subscriptions > Overview. Several at once: one a line.",
    },
    {
      id: "applicationId",
      label: "Application ID",
      kind: "guid",
      required: true,
      credential: true,
      help: "Application (client) ID from the app's Overview page.",
    },
    {
      id: "clientSecret",
      label: "Client Secret",
      kind: "secret",
      required: true,
      credential: true,
      authTypes: ["oauth"],
      help: "The secret's Value, not its Secret ID.",
    },
    {
      id: "secretExpiresOn",
      label: "Client Secret expires",
      kind: "date",
      required: false,
      advanced: true,
      credential: true,
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
  abilities: { setStatus: true },
  firstSteps: [
    "Register an application in Microsoft Entra ID.",
    "Give it Security Reader or Security Admin on the subscription.",
    "Enter its ids and its secret here. They are checked before anything is saved.",
  ],
  sampleHint: "Azure portal, Defender for Cloud, Security alerts, Sample alerts.",
  guide: [
    {
      title: "Register an application",
      body: [
        "In the Azure portal open Microsoft Entra ID > App registrations > New registration.",
        "Choose Accounts in this organizational directory only, leave the Redirect URI blank, and click Register.",
        "Copy the Application (client) ID and the Directory (tenant) ID from the Overview page.",
      ],
      copy: [{ label: "Name", value: "PocketSOC" }],
      link: {
        label: "Open App registrations",
        href: "https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
      },
    },
    {
      title: "API permissions",
      body: ["None are needed for OAuth: the role on the subscription decides what the application may do."],
    },
    {
      title: "Assign a role on the subscription",
      body: [
        "Open Subscriptions > your subscription > Access control (IAM) > Add role assignment, and choose the application as the member.",
        "Security Reader only views alerts. Security Admin also changes their status.",
      ],
      copy: [
        { label: "To view alerts", value: "Security Reader" },
        { label: "To change status too", value: "Security Admin" },
        { label: "With the Azure CLI", value: role },
      ],
    },
    {
      title: "Create a client secret",
      body: [
        "Open your app > Certificates & secrets > Client secrets > New client secret.",
        "Copy the Value at once: Azure shows it only now. Note when it expires.",
      ],
      copy: [{ label: "Description", value: "PocketSOC" }],
    },
    {
      title: "Find your Subscription ID",
      body: [
        "Open Subscriptions, choose the one with Defender for Cloud enabled, and copy its Subscription ID from the Overview page.",
      ],
    },
    {
      title: "Fill in the form and save",
      body: ["Save checks everything with Azure first. Nothing is saved until alerts could be listed."],
    },
  ],
};
