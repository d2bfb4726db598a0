import type { GuideSection, VendorDeploy } from "../document-contract.ts";

const template = "pocketsoc-defender-automation.json";
const bicep = "pocketsoc-defender-automation.bicep";
const logicApp = "pocketsoc-logic-app.json";

const deployment = (source: string) =>
  [
    "az deployment group create",
    '--resource-group "{resourceGroup}"',
    source,
    `--parameters pocketsocWebhookUrl="{webhookUrl}" severities='{severities}'`,
  ].join(" \\\n  ");

/**
 * Option B: creating by hand what the template of option A creates. The reader fills in the values at the end of the Logic
 * App's template.
 */
const manual: GuideSection[] = [
  {
    id: "option-b-logic-app",
    title: "1. Create the Logic App and its connection",
    blocks: [
      {
        kind: "steps",
        items: [
          "In the Azure portal open **Logic Apps** > **Add**, and choose the **Consumption** plan and your resource group.",
          "Name it `pocketsoc-defender-alerts`, click **Review + create**, then **Create**, and open it.",
          "In the **Logic App Designer** add the trigger **When a Microsoft Defender for Cloud alert is created or triggered** of the connector **Microsoft Defender for Cloud Alert**, sign in when it asks, and click **Save**. This makes the connection `ascalert`, which the template needs.",
          "Open **Code View** and replace everything there with the template.",
          "At its end, replace `YOUR_SUBSCRIPTION_ID`, `YOUR_RESOURCE_GROUP`, `YOUR_LOCATION` (the Logic App's, such as `westeurope`) and `YOUR_POCKETSOC_WEBHOOK_URL` with your own values, and click **Save**.",
        ],
      },
      {
        kind: "note",
        tone: "info",
        text: "If Azure gave the connection another name, such as `ascalert-1`, look it up under **API connections** and use that name at the end of its `connectionId`.",
      },
    ],
  },
  {
    id: "option-b-automation",
    title: "2. Create the workflow automation",
    blocks: [
      {
        kind: "text",
        text: "Open **Defender for Cloud** > **Workflow automation** > **Add workflow automation**, fill it in like this, and click **Create**.",
      },
      { kind: "copy", label: "Name", value: "pocketsoc-push-notifications" },
      { kind: "copy", label: "Subscription", value: "{scopeId}" },
      { kind: "copy", label: "Resource group", value: "{resourceGroup}" },
      { kind: "copy", label: "Defender for Cloud data type", value: "Security alerts" },
      { kind: "copy", label: "Alert severity", value: "{severityNames}" },
      { kind: "copy", label: "Logic App", value: "pocketsoc-defender-alerts" },
      {
        kind: "note",
        tone: "info",
        text: "Azure offers only Logic Apps here that begin with a trigger of Defender for Cloud; the template's does. This way has no heartbeat, so PocketSOC can't tell a quiet day from a broken Logic App by itself.",
      },
    ],
  },
];

export const deploy: VendorDeploy = {
  title: "Option A: ARM Template (recommended)",
  who: "Whoever deploys needs **Owner**, or **Security Admin** and **Logic App Contributor** together, for the resource group. Making a new resource group needs **Contributor** or **Owner** on the subscription.",
  severities: { all: ["High", "Medium", "Low", "Informational"], preset: ["High", "Medium"] },
  commands: [
    {
      label: "First, once: choose the subscription and make a resource group",
      text: 'az account set --subscription "{scopeId}"\naz group create --name "{resourceGroup}" --location "{location}"',
      needsReach: false,
    },
    {
      label: "Deploy from this portal's address",
      text: deployment("--template-uri {templateUri}"),
      needsReach: true,
    },
    {
      label: "Deploy from the saved file",
      text: deployment(`--template-file ${template}`),
      needsReach: false,
    },
    {
      label: "Deploy from the saved Bicep file",
      text: deployment(`--template-file ${bicep}`),
      needsReach: false,
    },
  ],
  commandsTitle: "With the Azure CLI",
  commandsNote:
    "For Bash, for example in the Azure Cloud Shell. The shell's history keeps what you type. Leave the webhook URL's parameter out, and the Azure CLI asks for it.",
  inputs: [
    {
      id: "resourceGroup",
      label: "Resource group",
      help: "A new or existing one, for example pocketsoc.",
      refuses: "[^\\p{L}\\p{N}_.()-]",
    },
    {
      id: "location",
      label: "Location",
      help: "Azure's name for the region, for example westeurope.",
      refuses: "[^A-Za-z0-9]",
    },
  ],
  cloudHint: {
    exceptCloudId: "AzureCloud",
    label: "This subscription's cloud",
    text: "az cloud set --name {cloudId}",
  },
  button: {
    label: "Deploy to Azure",
    path: "/#create/Microsoft.Template/uri/{templateUri}",
    note: "The button opens the Azure portal with our template. Paste the webhook URL there and choose the severities.",
  },
  outOfReach: {
    title: "Azure can't reach this portal at its present address",
    text: "POCKETSOC_URL holds its address, and {why}. A Logic App's posts would never arrive, and Azure can't fetch the templates. Give the portal an https address that the internet reaches, or publish these two paths under one and set POCKETSOC_URL to it:",
  },
  template,
  downloads: [
    { label: "ARM template (JSON)", file: template },
    { label: "Bicep", file: bicep },
  ],
  makesLead: "The template creates:",
  makes: [
    "The Logic App `pocketsoc-defender-alerts`, which posts each alert to your webhook URL and tries again for more than an hour and a half when it can't.",
    "The workflow automation `pocketsoc-push-notifications`, which hands it the alerts of the severities you choose. What you leave out still comes when PocketSOC next reads Azure.",
    "The Logic App `pocketsoc-defender-heartbeat`, which checks in every 15 minutes, so a broken pipeline is noticed.",
  ],
  manual: {
    title: "Option B: Manual setup",
    download: { label: "Logic App template (JSON)", file: logicApp },
    parts: manual,
  },
  paths: ["/api/webhooks/azure-logic-app", "/templates/"],
};
