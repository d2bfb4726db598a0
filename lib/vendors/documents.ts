import { document as defenderForCloud } from "./defender-for-cloud/document.ts";
import { manifest as defenderForCloudManifest } from "./defender-for-cloud/manifest.ts";
import type { VendorDocument } from "./document-contract.ts";

/** The guides of the vendors, by id. Apart from the manifests, which forms carry to the browser. */
export const documents: Readonly<Record<string, VendorDocument>> = {
  [defenderForCloudManifest.id]: defenderForCloud,
};
