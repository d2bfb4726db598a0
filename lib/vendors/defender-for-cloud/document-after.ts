import { statusLabel, statusMeaning, targetStatuses } from "#lib/domain/status.ts";
import type { GuideSection } from "../document-contract.ts";

export const statuses: GuideSection = {
  id: "alert-statuses",
  title: "Alert statuses",
  blocks: [
    {
      kind: "table",
      head: ["In PocketSOC", "In Azure", "Meaning"],
      // the same words as in the Azure portal
      rows: targetStatuses.map((status) => [statusLabel[status], statusLabel[status], statusMeaning[status]]),
    },
    {
      kind: "text",
      text: "A change made here is sent to Azure and read back: the detection says **Azure confirmed** only once Azure holds it. Azure decides what it allows; a Resolved or Dismissed alert, for instance, can only become Active again. A change made in Azure comes with the next poll.",
    },
    {
      kind: "text",
      text: "Azure keeps alerts for 90 days. After that PocketSOC still shows them as they were last seen, but they can't be changed any more.",
    },
  ],
};

export const troubleshooting: GuideSection = {
  id: "troubleshooting",
  title: "Troubleshooting",
  blocks: [
    {
      kind: "text",
      text: "**Check again** on a configuration goes through everything once more and names what fails, with the remedy. What it says most often:",
    },
    {
      kind: "table",
      head: ["What you see", "What to do"],
      rows: [
        [
          "No detections appear",
          "See whether Defender for Cloud is enabled on the subscription and has raised alerts at all: create sample alerts ([Test it](#testing)). The person or the application needs Security Reader or Security Admin ([Step 4](#step-4)).",
        ],
        [
          "“Unauthorized”, or Entra ID refuses the sign-in",
          "Compare Tenant ID, Subscription ID and Application ID; the two ids of the app's Overview page are easily swapped. With Delegated see that admin consent was granted ([Step 3](#step-3)).",
        ],
        [
          "“Forbidden”",
          "The role is missing on this very subscription. Assign Security Reader or Security Admin ([Step 4](#step-4)).",
        ],
        [
          "A change of status fails",
          "Security Reader only reads. Whoever changes status, the analyst or the application, needs Security Admin.",
        ],
        [
          "Sign-in ends on a page of Microsoft with AADSTS50011",
          "The redirect URI isn't registered exactly like this: {redirectUri} for the portal, pocketsoc://auth for an app of your own ([Step 2](#step-2)).",
        ],
        [
          "AADSTS7000218",
          "The redirect URI stands under Web. Take it out there and add it under Mobile and desktop applications.",
        ],
        [
          "AADSTS9002327",
          "It stands under Single-page application. Take it out there and add it under Mobile and desktop applications.",
        ],
        ["AADSTS7000215", "That was the Secret ID, or a wrong value. Enter the secret's Value."],
        [
          "AADSTS65001",
          "Nobody has consented yet. An administrator of the directory opens the link of [Step 3](#step-3).",
        ],
        [
          "The pipe test says that Azure refused to create samples",
          "Creating samples needs Contributor or Owner on the subscription. Create them in the Azure portal; the test waits for them.",
        ],
        [
          "Alerts are listed, but the phone shows no notification",
          "Send a test under **Settings** > [Notifications](/settings/notifications) ([Your phone](#phone)). For samples, see who is notified of them ([Test it](#testing)).",
        ],
        [
          "The Deploy button can't load the template",
          "Azure can't reach this portal's /templates/ ([What Azure must be able to reach](#reachable)). Save the file and deploy it from there.",
        ],
        [
          "The Logic App isn't offered in the workflow automation",
          "It doesn't begin with the trigger of Defender for Cloud. Use the template of [Option B](#option-b), or deploy [Option A](#option-a).",
        ],
        [
          "The Logic App's run fails with 404",
          "The webhook URL was rotated or revoked, or cut while copying. Copy it again and redeploy.",
        ],
        [
          "High alerts come at once, others a minute later",
          "The workflow automation sends only the severities you chose. Deploy again with more of them.",
        ],
        [
          "“Degraded”, and the webhook is silent",
          "In Azure look whether the workflow automation is enabled, the Logic App is enabled, and what its Runs history says. Nothing is lost meanwhile: polls bring every alert.",
        ],
      ],
    },
  ],
};

export const rotation: GuideSection = {
  id: "rotating-credentials",
  title: "Rotating credentials",
  blocks: [],
  parts: [
    {
      id: "rotate-secret",
      title: "Client secret or certificate (OAuth)",
      blocks: [
        {
          kind: "steps",
          items: [
            "Create a second client secret in Azure ([Step 5](#step-5)); or click **Prepare next** on the configuration's page in PocketSOC, download the .cer, and upload it in Azure.",
            "On the configuration's page click **Replace**, enter the new one and click **Check and replace**. It is proved with every configuration that shares it, and all switch at once or none.",
            "Delete the old one in Azure. PocketSOC shows its first characters and links to it.",
          ],
        },
        {
          kind: "text",
          text: "Enter the expiry date and PocketSOC reminds you 30, 14, 7 and 1 days before. The old secret keeps working until you delete it, so nothing is missed.",
        },
      ],
    },
    {
      id: "rotate-delegated",
      title: "People's own accounts (Delegated)",
      blocks: [
        {
          kind: "text",
          text: "There is nothing to rotate. When Microsoft wants a new sign-in, PocketSOC asks for it; **Reconnect** under **Settings** > [Azure accounts](/settings/accounts) does it at any time.",
        },
      ],
    },
    {
      id: "rotate-webhook",
      title: "Webhook URL",
      blocks: [
        {
          kind: "steps",
          items: [
            "Under **Settings** > [Webhook URLs](/settings/webhooks) click **Rotate**. The new URL works at once, the old one for 24 hours more.",
            "Deploy [Option A](#option-a) again with the new URL, or put it in at the end of the Logic App's **Code View** with [Option B](#option-b).",
            "When the new one says that it was used, click **Revoke now** beside the old one, or let it run out.",
          ],
        },
        {
          kind: "note",
          tone: "warning",
          text: "If the old URL has leaked, rotate, deploy, and revoke the old one at once. Until the Logic App has the new one, alerts come by poll.",
        },
      ],
    },
  ],
};
