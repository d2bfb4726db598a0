import { formFields } from "#lib/schemas/common-fields.ts";
import type { VendorDocument } from "#lib/vendors/document-contract.ts";
import { manifest } from "./manifest.ts";

export const document: VendorDocument = {
  title: "Paper Ledger",
  summary: "PocketSOC reads what was written since it last looked.",
  placeholders: { scopeId: "<YOUR_DRAWER>" },
  sections: [
    {
      id: "setup",
      title: "Set it up",
      blocks: [
        { kind: "steps", items: manifest.guide.flatMap(({ body }) => body) },
        { kind: "link", label: "Open the ledger desk", href: "{consoleUrl}/keys" },
        { kind: "list", items: formFields(manifest).map(({ label }) => label) },
      ],
    },
  ],
};
