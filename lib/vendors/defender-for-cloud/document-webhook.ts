import { deliveryOutcomeLabel } from "#lib/domain/delivery.ts";
import type { GuideBlock, GuideSection } from "../document-contract.ts";
import { deploy } from "./deploy.ts";
import { manifest } from "./manifest.ts";

const text = (said: string): GuideBlock => ({ kind: "text", text: said });
const label = manifest.webhook?.label ?? "";

/** The second half of the guide: how to get alerts by webhook, within seconds. */
export const push: GuideSection = {
  id: "push",
  title: "Alerts within seconds: an Azure Logic App",
  blocks: [
    text(
      "Reading finds every alert, but not before the next poll, and Azure's own e-mail notifications are limited in number and late. A workflow automation in Defender for Cloud can instead hand each new alert to a Logic App, and the Logic App posts it to PocketSOC at once.",
    ),
    text(
      "Both halves belong together. PocketSOC recognises an alert whichever way it comes first and shows it once; if the Logic App can't deliver, it tries again for more than an hour and a half, and the next poll brings the alert anyway.",
    ),
  ],
  parts: [
    {
      id: "webhook-url",
      title: "Find your webhook URL",
      blocks: [
        {
          kind: "steps",
          items: [
            "Open **Settings** > [Webhook URLs](/settings/webhooks).",
            `Copy the **${label}**. The audit log notes who did.`,
          ],
        },
        {
          kind: "note",
          tone: "warning",
          text: "The URL contains a secret. Anyone with this URL can post alerts. Treat it like a password. Our templates keep it as a secure parameter and send the secret as a header, so that it stands in no definition, output or run history.",
        },
      ],
    },
    {
      id: "option-a",
      title: deploy.title,
      blocks: [
        text(deploy.makesLead),
        { kind: "list", items: deploy.makes },
        text(deploy.who),
        { kind: "deploy" },
        ...deploy.commands.map(({ label: name, text: value, needsReach }) => ({
          kind: "copy" as const,
          label: name,
          value,
          needsReach,
        })),
        {
          kind: "list",
          items: [
            "The commands are for Bash, as in the Azure Cloud Shell. What you type there is kept in the shell's history, the webhook URL included; leave `pocketsocWebhookUrl` out and the Azure CLI asks for it.",
            "`severities` may hold any of High, Medium, Low and Informational.",
            "In another cloud choose it first, such as `az cloud set --name AzureUSGovernment`.",
            "**Settings** > [Webhook URLs](/settings/webhooks) has the same commands with your own choices filled in.",
          ],
        },
        { kind: "link", label: `Download ${deploy.template}`, href: `/templates/${deploy.template}` },
        ...deploy.downloads.slice(1).map(({ file }) => ({
          kind: "link" as const,
          label: `Download ${file}`,
          href: `/templates/${file}`,
        })),
      ],
    },
    {
      id: "option-b",
      title: deploy.manual.title,
      blocks: [
        {
          kind: "link",
          label: `Download ${deploy.manual.download.file}`,
          href: `/templates/${deploy.manual.download.file}`,
        },
      ],
      parts: deploy.manual.parts,
    },
    {
      id: "reachable",
      title: "What Azure must be able to reach",
      blocks: [
        text(
          "Azure calls PocketSOC from the internet, over https with a certificate that is publicly trusted. If your portal stands behind a VPN or a proxy, publish these two paths and nothing else:",
        ),
        ...deploy.paths.map((value, index) => ({
          kind: "copy" as const,
          label: index === 0 ? "The webhook" : "The templates, for the button and the command by address",
          value: `{pocketsocUrl}${value}`,
        })),
      ],
    },
    {
      id: "testing",
      title: "Test it",
      blocks: [
        text(
          "On the configuration's page run the **Pipe test**. It asks Azure for about five sample alerts and times every hop: accepted by Azure, received by webhook, seen by poll, stored, on this screen, and for each of your devices accepted by the push service and shown. In Azure samples are alerts like any other: they also reach Sentinel, e-mail and other automations. **Clear the samples** dismisses them in Azure.",
        ),
        text("By hand, or where Azure refuses to create samples for PocketSOC:"),
        {
          kind: "steps",
          items: [
            ...manifest.sampleSteps,
            "The alerts appear in [Detections](/detections), marked as samples, and the webhook's requests in **Settings** > [Deliveries](/settings/deliveries). In Azure, the Logic App's **Runs history** shows each run; the answer of its last action is a sentence with the delivery's id.",
            "You should receive a push notification on [your phone](#phone).",
          ],
        },
        {
          kind: "note",
          tone: "info",
          text: "Samples notify whoever saved this configuration, or copied or made its webhook URL, within the last 24 hours, and whoever runs a pipe test, for ten minutes: at any hour, whatever their preferences. Others are notified within their hours, or from 07:00 to 22:00 if they chose none. A device gets one notification per configuration in ten minutes. Samples never escalate and send no e-mail.",
        },
      ],
    },
    {
      id: "deliveries",
      title: "What arrived: Deliveries, heartbeat, Unclaimed",
      blocks: [
        text(
          "**Settings** > **Deliveries** lists what the webhook received in the last 30 days, with the body as it came and what was read from it. **Replay** takes one in once more. The results:",
        ),
        {
          kind: "table",
          head: ["Result", "Meaning"],
          rows: [
            [deliveryOutcomeLabel.accepted, "New or updated alert."],
            [
              deliveryOutcomeLabel.duplicate,
              "All of it was known. That is usual: Azure may send an alert again.",
            ],
            [deliveryOutcomeLabel.heartbeat, "Option A's sign of life, every 15 minutes."],
            [
              deliveryOutcomeLabel.unrecognised,
              "It was read and holds no alert. The reason stands beside it.",
            ],
            [
              deliveryOutcomeLabel.unclaimed,
              "Its subscription belongs to no enabled configuration. PocketSOC says “Unclaimed: subscription … is posting”; **Add configuration** takes it in, with what was kept.",
            ],
            [
              deliveryOutcomeLabel.rejected,
              "The token was good, but the request couldn't be read: too large, or no JSON.",
            ],
          ],
        },
        text(
          "When three heartbeats in a row are missing, or polls find what the webhook should have brought, the configuration becomes **Degraded** and says what to check.",
        ),
      ],
    },
  ],
};
