import type { Json } from "#lib/domain/detection.ts";
import { canonicalJson } from "#lib/platform/canonical.ts";

/**
 * Returns the whole alert as text. Azure assigns new `$id` and `$ref` numbers in every response; the text doesn't depend on
 * them.
 */
export const fingerprint = (raw: Json): string => canonicalJson(raw, ["$id", "$ref"]);
