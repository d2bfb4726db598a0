import { formFields } from "#lib/schemas/common-fields.ts";
import type { GuideStep } from "../manifest.ts";
import type { GuideBlock, GuideSection } from "../document-contract.ts";
import { steps } from "./guide.ts";
import { manifest } from "./manifest.ts";

/** Converts a step of the guide to content for the guide's page. */
function blocksOf(step: GuideStep): GuideBlock[] {
  const items = step.body;
  return [
    ...(items.length > 1
      ? [{ kind: "steps" as const, items }]
      : items.map((text) => ({ kind: "text" as const, text }))),
    ...(step.copy ?? []).map((value) => ({ kind: "copy" as const, ...value })),
    ...(step.notes ?? []).map((text) => ({ kind: "note" as const, tone: "warning" as const, text })),
    ...(step.link ? [{ kind: "link" as const, ...step.link }] : []),
  ];
}

const heading = (text: string): GuideBlock => ({ kind: "text", text: `**${text}**` });
const text = (sentences: string): GuideBlock => ({ kind: "text", text: sentences });

/** Returns the rows of a table that explains the form's fields, with the form's own labels. */
const fieldRows = (): string[][] => [
  ["Vendor", manifest.label],
  ["Auth Type", manifest.authTypes.map(({ label }) => label).join(" or ")],
  ...formFields(manifest).map((field) => {
    const labels = field.options?.map(({ label }) => label) ?? [];
    const options = field.kind === "severities" ? `Any of ${labels.join(", ")}` : labels.join(" or ");
    const example = field.example ? `For instance ${field.example}.` : "";
    const sentences = [options ? `${options}.` : "", field.help ?? "", options ? "" : example].filter(
      Boolean,
    );
    const place = [
      field.when?.authType ? "OAuth only." : "",
      field.advanced ? "Under More, if you like." : "",
    ];
    return [field.label, [...sentences, ...place.filter(Boolean)].join(" ")];
  }),
];

/** Steps 1 to 8 of the guide. After the last step, the configuration reads alerts. */
export const setup: GuideSection[] = [
  {
    id: "before-you-begin",
    title: "Before you begin",
    blocks: [
      text("You need:"),
      {
        kind: "list",
        items: [
          "an Azure subscription with [Defender for Cloud](https://learn.microsoft.com/en-us/azure/defender-for-cloud/defender-for-cloud-introduction) enabled;",
          "an account for the [Azure portal](https://portal.azure.com) that may register applications in Microsoft Entra ID and assign roles on the subscription;",
          "the role **Admin** in PocketSOC, because only Admins see **Vendor Configurations** and **Webhook URLs**.",
        ],
      },
      text("PocketSOC can sign in at Azure in two ways. Choose one per configuration:"),
      {
        kind: "table",
        head: ["Auth Type", "What it means"],
        rows: manifest.authTypes.map(({ label, description }) => [label, description]),
      },
      text(
        "With OAuth, the application authenticates with a **Client Secret** or a **Certificate**. **Change alert status as** decides whose name Azure's log shows for a change: each analyst's own, or the application's.",
      ),
      {
        kind: "note",
        tone: "info",
        text: "A secret or private key is entered once in this portal, stays sealed on the PocketSOC server, and is shown to nobody again. Never put one on a phone: people sign in there with their own account.",
      },
    ],
  },
  {
    id: "step-1",
    title: "Step 1: Register an application in Microsoft Entra ID",
    blocks: blocksOf(steps.register),
  },
  {
    id: "step-2",
    title: "Step 2: Configure the platform",
    blocks: [
      text(
        "For Delegated, and for OAuth where each analyst's own account changes status. People sign in through this application. The portal, on a computer and on the phone, comes back to the first address; an app of your own that signs people in by itself comes back to the second. Where the application alone reads and writes, go on with [Step 4](#step-4).",
      ),
      ...blocksOf(steps.platform),
    ],
  },
  {
    id: "step-3",
    title: "Step 3: API permissions",
    blocks: [
      text(
        "Defender for Cloud is part of Azure Resource Manager. It has no permissions of its own in Entra ID: a person needs the right to use Resource Manager at all, and the role of [Step 4](#step-4) decides what they see.",
      ),
      heading("Delegated"),
      ...blocksOf(steps.permissions),
      heading("OAuth"),
      ...blocksOf(steps.permissionsOfAnalysts),
    ],
  },
  {
    id: "step-4",
    title: "Step 4: Assign roles on the subscription",
    blocks: [
      {
        kind: "table",
        head: ["Role", "What it allows"],
        rows: [
          ["**Security Reader**", "View alerts"],
          [
            "**Security Admin**",
            "View alerts and change their status (dismiss, resolve, set in progress, activate)",
          ],
          [
            "**Contributor** or **Owner**",
            "The same and create sample alerts, which the pipe test asks for. Security Admin may not; samples made in the Azure portal by someone who may do as well.",
          ],
        ],
      },
      heading("Delegated: the people"),
      ...blocksOf(steps.rolesOfPeople),
      heading("OAuth: the application"),
      ...blocksOf(steps.rolesOfApplication),
      {
        kind: "note",
        tone: "info",
        text: "Azure may take up to ten minutes before a new role, secret or application works everywhere. **Keep trying** beside a failed check waits for it.",
      },
    ],
  },
  {
    id: "step-5",
    title: "Step 5: Create a client secret or a certificate (OAuth only)",
    blocks: [
      text(
        "Delegated needs neither. With OAuth a certificate is the safer of the two: its private key is made in PocketSOC and never leaves it.",
      ),
      heading("Client secret"),
      ...blocksOf(steps.secret),
      heading("Certificate"),
      ...blocksOf(steps.certificate),
    ],
  },
  {
    id: "step-6",
    title: "Step 6: Find your Subscription ID",
    blocks: [
      ...blocksOf(steps.subscription),
      text(
        "One configuration reads one subscription. With OAuth you can enter several ids at once, one a line: each becomes a configuration of its own with the same credential.",
      ),
    ],
  },
  {
    id: "step-7",
    title: "Step 7: Add the configuration in PocketSOC",
    blocks: [
      {
        kind: "steps",
        items: [
          "Open [Settings > Vendor Configurations](/settings) and click **Add Configuration**.",
          "Fill in the form. It asks only for what your choices need.",
          "Click **Save**, or **Connect and save** with Delegated.",
        ],
      },
      { kind: "table", head: ["Field", "What goes in"], rows: fieldRows() },
      ...blocksOf(steps.connect).filter((block) => block.kind !== "copy"),
      ...blocksOf(steps.save),
    ],
  },
  {
    id: "step-8",
    title: "Step 8: See the alerts",
    blocks: [
      {
        kind: "steps",
        items: [
          "Open [Detections](/detections). The first alerts are there within a poll interval, 60 seconds unless you chose another. Each names its configuration and the provider **Azure**.",
          "Where people's own accounts are used, each analyst connects theirs once under **Settings** > [Azure accounts](/settings/accounts).",
          "Set up notifications on [your phone](#phone).",
          "Open an alert: its affected resources, entities and extended properties are what Azure holds.",
        ],
      },
    ],
  },
];
