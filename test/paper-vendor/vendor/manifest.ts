import type { VendorManifest, VendorWords } from "#lib/vendors/manifest.ts";

export const words: VendorWords = {
  product: "Paper Ledger",
  provider: "Paper Ledger",
  account: "ledger account",
  scope: "drawer",
  scopes: "drawers",
  console: "ledger desk",
  readRole: "a key that may read",
  writeRole: "a key that may write",
};

export const manifest: VendorManifest = {
  id: "paper-ledger",
  label: "Paper Ledger",
  words,
  authority: "paper",
  transitions: {
    active: ["in_progress", "resolved"],
    in_progress: ["active", "resolved"],
    dismissed: [],
    resolved: ["active"],
    unknown: [],
  },
  clouds: [
    {
      id: "paper",
      label: "Paper Ledger",
      consoleUrl: "https://desk.ledger.example",
      endpoints: { api: "https://api.ledger.example" },
    },
  ],
  authTypes: [
    {
      id: "key",
      label: "API key",
      reads: "application",
      description: "A key of the ledger reads and writes.",
    },
  ],
  fields: [
    {
      id: "displayName",
      label: "Display Name",
      kind: "text",
      required: true,
      lengthMax: 80,
      example: "Ward ledger",
    },
    {
      id: "drawer",
      label: "Drawer",
      kind: "text",
      of: "scope",
      required: true,
      lengthMax: 60,
      example: "ward/3f",
      help: "The drawer's name, as it stands on its front.",
    },
    {
      id: "apiKey",
      label: "API Key",
      kind: "secret",
      of: "secret",
      required: true,
      lengthMax: 100,
      refuses: [{ pattern: "^(?!pk_)", message: "A key of the ledger begins with pk_." }],
      help: "Made at the ledger desk, under Keys.",
    },
    {
      id: "remarks",
      label: "Notes",
      kind: "choice",
      of: "connection",
      required: true,
      options: [
        { id: "keep", label: "Kept in PocketSOC" },
        { id: "send", label: "Also written on the slip" },
      ],
    },
  ],
  notifyAbout: ["high"],
  firstSteps: ["Make a key at the ledger desk.", "Enter the drawer and the key here."],
  sampleHint: "Write a slip at the ledger desk.",
  guide: [
    {
      title: "Make a key",
      body: ["At the ledger desk open **Keys** > **New key**, and copy it."],
      link: { label: "Open the ledger desk", href: "{consoleUrl}/keys" },
    },
    { title: "Fill in the form", body: ["**Save** lists the drawer's slips with the key first."] },
  ],
};
