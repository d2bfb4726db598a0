import { paperKeys } from "./service.ts";

/** What an admin types to connect the paper vendor. */
export const paperForm = {
  vendor: "paper-ledger",
  displayName: "Ward ledger",
  authType: "key",
  drawer: "ward/3f",
  apiKey: paperKeys.write,
  remarks: "send",
};
