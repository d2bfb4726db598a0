import type { Json } from "#lib/domain/detection.ts";
import { canonicalJson } from "#lib/platform/canonical.ts";

/**
 * Returns the whole alert as text, except for its `$id` and `$ref` numbers, which Azure assigns differently in every
 * response.
 */
export const fingerprint = (raw: Json): string => canonicalJson(raw, ["$id", "$ref"]);
