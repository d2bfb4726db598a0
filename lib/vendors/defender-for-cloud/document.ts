import type { VendorDocument } from "../document-contract.ts";
import { deploy } from "./deploy.ts";
import { rotation, statuses, troubleshooting } from "./document-after.ts";
import { phone } from "./document-phone.ts";
import { push } from "./document-webhook.ts";
import { setup } from "./document-setup.ts";

/** The complete setup guide, as a page. The guide beside the form has the same steps (guide.ts). */
export const document = {
  title: "Microsoft Defender for Cloud",
  summary:
    "PocketSOC gets your cloud alerts in two ways. It reads what Defender for Cloud lists, again and again, which finds everything; and a Logic App in your subscription can send each alert as it arises, which is fast. Set up reading first (Steps 1 to 8), then your phone, then sending.",
  sections: [...setup, phone, statuses, push, troubleshooting, rotation],
  placeholders: {
    tenantId: "<YOUR_TENANT_ID>",
    applicationId: "<YOUR_APPLICATION_ID>",
    scopeId: "<YOUR_SUBSCRIPTION_ID>",
    webhookUrl: "<YOUR_POCKETSOC_WEBHOOK_URL>",
    resourceGroup: "<YOUR_RESOURCE_GROUP>",
    location: "<YOUR_LOCATION>",
    severities: '["High","Medium"]',
    severityNames: "High, Medium",
  },
  deploy,
} satisfies VendorDocument;
