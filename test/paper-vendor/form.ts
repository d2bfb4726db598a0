import { paperKeys } from "./service.ts";

/** The values that an admin enters in the form to connect the paper vendor. */
export const paperForm = {
  vendor: "paper-ledger",
  displayName: "Ward ledger",
  authType: "key",
  drawer: "ward/3f",
  apiKey: paperKeys.write,
  remarks: "send",
};
