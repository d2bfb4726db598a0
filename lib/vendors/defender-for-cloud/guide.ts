import type { GuideStep } from "../manifest.ts";

/** The redirect URI of apps that sign people in by themselves, as the API offers it. Step 2 registers it in the customer's application. */
export const phoneRedirectUri = "pocketsoc://auth";

const delegated = { authType: ["delegated"] };
const oauth = { authType: ["oauth"] };

const redirects = [
  { label: "For the portal", value: "{redirectUri}" },
  { label: "For apps of your own", value: phoneRedirectUri },
];
const consent = {
  label: "Admin consent",
  value: "{authorityHost}/{tenantId}/adminconsent?client_id={applicationId}",
};
const platforms = {
  body: [
    "Open your app > **Authentication** > **Add a platform** > **Mobile and desktop applications**, enter both under **Custom redirect URIs**, exactly as shown, and click **Configure**. A slash at the end counts.",
  ],
  notes: [
    "Not under **Web**: Entra ID would want a secret (AADSTS7000218). Not under **Single-page application**: a server can't use that one (AADSTS9002327).",
  ],
  copy: redirects,
};
const roles = (assignee: string) => [
  { label: "To view alerts", value: "Security Reader" },
  { label: "To change status too", value: "Security Admin" },
  {
    label: "With the Azure CLI",
    value: `az role assignment create --assignee ${assignee} --role "Security Admin" --scope /subscriptions/{scopeId}`,
  },
];

/** The steps, shared by the guide beside the form and the guide as a page (document.ts). */
export const steps = {
  register: {
    title: "Register an application",
    body: [
      "In the Azure portal open **Microsoft Entra ID** > **App registrations** > **New registration**.",
      "Choose **Accounts in this organizational directory only**, leave the **Redirect URI** blank, and click **Register**.",
      "Copy the **Application (client) ID** and the **Directory (tenant) ID** from the **Overview** page.",
    ],
    copy: [{ label: "Name", value: "PocketSOC" }],
    link: {
      label: "Open App registrations",
      href: "{consoleUrl}/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
    },
  },
  platform: { title: "Configure the platform", when: delegated, ...platforms },
  platformOfAnalysts: {
    title: "Redirect URI for the analysts' own accounts",
    when: { ...oauth, writeAs: ["person"] },
    ...platforms,
    body: ["The analysts sign in through the same application.", ...platforms.body],
  },
  permissions: {
    title: "API permissions",
    when: delegated,
    body: [
      "Open **API permissions** > **Add a permission** > **APIs my organization uses** > **Windows Azure Service Management** > **Delegated permissions**, check `user_impersonation`, and click **Add permissions**.",
      "Click **Grant admin consent**, or have an administrator of the directory open the link below.",
    ],
    copy: [consent],
  },
  permissionsOfAnalysts: {
    title: "API permissions",
    when: { ...oauth, writeAs: ["person"] },
    body: [
      "The application itself needs none: the role on the subscription decides what it may do.",
      "For the analysts' accounts add **Windows Azure Service Management** > **Delegated permissions** > `user_impersonation`, and grant admin consent, or have an administrator open the link below.",
    ],
    copy: [consent],
  },
  noPermissions: {
    title: "API permissions",
    when: { ...oauth, writeAs: ["application"] },
    body: ["None are needed for OAuth: the role on the subscription decides what the application may do."],
  },
  rolesOfPeople: {
    title: "Assign a role on the subscription",
    when: delegated,
    body: [
      "Open **Subscriptions** > your subscription > **Access control (IAM)** > **Add role assignment**, and choose each person who will use PocketSOC as a member.",
    ],
    notes: [
      "People without a role there see none of its alerts here. Security Reader only views alerts. Security Admin also changes their status.",
    ],
    copy: roles("analyst@example.com"),
  },
  rolesOfApplication: {
    title: "Assign a role on the subscription",
    when: oauth,
    body: [
      "Open **Subscriptions** > your subscription > **Access control (IAM)** > **Add role assignment**, and choose the application as the member.",
    ],
    notes: [
      "Security Reader only views alerts. Security Admin also changes their status. Where each analyst's own account changes status, Security Reader is enough for the application, and the analysts need Security Admin.",
    ],
    copy: roles("{applicationId}"),
  },
  secret: {
    title: "Create a client secret",
    when: { ...oauth, proof: ["secret"] },
    body: [
      "Open your app > **Certificates & secrets** > **Client secrets** > **New client secret**.",
      "Copy the **Value** at once: Azure never shows it again. Enter the date in its **Expires** column here too: PocketSOC warns you before that day.",
    ],
    copy: [{ label: "Description", value: "PocketSOC" }],
  },
  certificate: {
    title: "Upload the certificate",
    when: { ...oauth, proof: ["certificate"] },
    body: [
      "Make a certificate in the form and download its .cer. The private key never leaves PocketSOC.",
      "Open your app > **Certificates & secrets** > **Certificates** > **Upload certificate**, choose the file, and compare the thumbprint.",
    ],
    copy: [{ label: "Description", value: "PocketSOC" }],
  },
  subscription: {
    title: "Find your Subscription ID",
    body: [
      "Open **Subscriptions**, choose the one with Defender for Cloud enabled, and copy its **Subscription ID** from the **Overview** page.",
    ],
  },
  connect: {
    title: "Fill in the form and connect",
    when: delegated,
    body: [
      "**Connect and save** sends you to Microsoft to sign in with your own account. When you come back, alerts are listed with it; nothing is saved until that worked.",
    ],
    notes: [
      "If Microsoft shows AADSTS50011 you won't come back: the redirect URI isn't registered exactly as above.",
    ],
    copy: [{ label: "Redirect URI", value: "{redirectUri}" }],
  },
  save: {
    title: "Fill in the form and save",
    when: oauth,
    body: ["**Save** checks everything with Azure first. Nothing is saved until alerts could be listed."],
  },
} satisfies Record<string, GuideStep>;

/** The guide beside the form. A step's `when` says for which values of the form the step is shown. */
export const guide: GuideStep[] = Object.values(steps);
