import type { Json } from "#lib/domain/detection.ts";
import { canonicalJson } from "#lib/platform/canonical.ts";

/** The whole alert counts, but for the numbers of its entities: Azure hands out new ones with every answer. */
export const fingerprint = (raw: Json): string => canonicalJson(raw, ["$id", "$ref"]);
