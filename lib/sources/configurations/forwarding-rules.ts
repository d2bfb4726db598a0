import { z } from "zod";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { Severity } from "#lib/domain/words.ts";

/** A configuration's forwarding rules in stored form. `rules` is null if the vendor refused to list them. */
const KnownForwardingRules = z.object({
  at: z.string(),
  rules: z
    .array(z.object({ name: z.string(), enabled: z.boolean(), severities: z.array(Severity) }))
    .nullable(),
});
export type KnownForwardingRules = z.infer<typeof KnownForwardingRules>;

/** Returns a configuration's stored forwarding rules; null if the vendor was never asked. */
export function knownForwardingRules(configuration: ConfigurationRow): KnownForwardingRules | null {
  return KnownForwardingRules.safeParse(configuration.facts.forwardingRules).data ?? null;
}
