import type { Json } from "#lib/domain/detection.ts";
import { canonicalJson } from "#lib/platform/canonical.ts";

/**
 * Returns the whole alert as text. The `$id` and `$ref` numbers in the alert, which Azure assigns differently in every
 * response, make no difference to this text.
 */
export const fingerprint = (raw: Json): string => canonicalJson(raw, ["$id", "$ref"]);
