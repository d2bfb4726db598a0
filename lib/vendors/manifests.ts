import type { VendorManifest } from "./contract.ts";
import { manifest as defenderForCloud } from "./defender-for-cloud/manifest.ts";

/** What may be shown of every vendor: JSON only, without their code. */
export const manifests: readonly VendorManifest[] = [defenderForCloud];
