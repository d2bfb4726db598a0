import { z } from "zod";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { Severity } from "#lib/domain/words.ts";

/** The forwarding rules as they are kept with a configuration; `rules` is null where they can't be read. */
const KnownForwardingRules = z.object({
  at: z.string(),
  rules: z
    .array(z.object({ name: z.string(), enabled: z.boolean(), severities: z.array(Severity) }))
    .nullable(),
});
export type KnownForwardingRules = z.infer<typeof KnownForwardingRules>;

/** What is kept of a configuration's forwarding rules; null when nobody asked yet. */
export function knownForwardingRules(configuration: ConfigurationRow): KnownForwardingRules | null {
  return KnownForwardingRules.safeParse(configuration.facts.forwardingRules).data ?? null;
}
