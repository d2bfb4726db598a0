import type { Json } from "#lib/domain/detection.ts";
import { canonicalJson } from "#lib/platform/canonical.ts";

/** Covers the whole alert, except for its `$id` and `$ref` numbers, which Azure assigns anew in every response. */
export const fingerprint = (raw: Json): string => canonicalJson(raw, ["$id", "$ref"]);
