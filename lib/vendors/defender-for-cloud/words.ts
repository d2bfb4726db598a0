import type { VendorWords } from "../manifest.ts";

export const words: VendorWords = {
  product: "Microsoft Defender for Cloud",
  provider: "Azure",
  account: "Azure account",
  scope: "subscription",
  scopes: "subscriptions",
  console: "Azure portal",
  signIn: "Microsoft",
  readRole: "Security Reader",
  writeRole: "Security Admin",
  forwardingRule: "workflow automation",
  forwarder: "Logic App",
};
