import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { setFacts } from "#db/queries/configuration-health.ts";
import type { ConfigurationRow } from "#db/queries/configurations.ts";
import { noteMissedPushes } from "#db/queries/push-health.ts";
import { countMissedRead } from "#db/queries/unconfirmed.ts";
import {
  listLagMs,
  pushGraceMs,
  type PushRule,
  sentSeverities,
  unknownAfterReads,
} from "#lib/domain/push.ts";
import { Severity } from "#lib/domain/words.ts";
import { type VendorTarget } from "#lib/vendors/contract.ts";
import { getVendor } from "#lib/vendors/registry.ts";
import { problemFrom } from "../connections/outcome.ts";
import type { Services } from "../context.ts";
import { vendorIo } from "../vendor-io.ts";

/** how often the vendor is asked what posts to our webhook */
const askRulesEveryMs = 15 * 60_000;

/** What was last known of that, as it is kept with the configuration; `rules` is null where it can't be read. */
const KnownRules = z.object({
  at: z.string(),
  rules: z
    .array(z.object({ name: z.string(), enabled: z.boolean(), severities: z.array(Severity) }))
    .nullable(),
});
type KnownRules = z.infer<typeof KnownRules>;

/** A read that came to its end. */
export type Finished = {
  ticket: number;
  remainingReads: number | null;
  /** what is set up at the vendor to post to our webhook, where it was asked now */
  rules: KnownRules | null;
};

/** What is kept of the rules; null when nobody asked yet. */
export function knownRules(configuration: ConfigurationRow): KnownRules | null {
  return KnownRules.safeParse(configuration.facts.pushRules).data ?? null;
}

/** Asks the vendor for the rules when that is due; null when it isn't. What can't be read stops no poll. */
export async function rulesOf(
  services: Services,
  configuration: ConfigurationRow,
  target: VendorTarget,
  signal: AbortSignal,
): Promise<KnownRules | null> {
  const now = services.now();
  const known = knownRules(configuration);
  if (known && Math.abs(now.getTime() - Date.parse(known.at)) < askRulesEveryMs) return null;
  try {
    const found = await getVendor(configuration.vendor).listPushRules(
      target,
      vendorIo(services, configuration, signal),
    );
    const rules = found.map((one: PushRule) => ({ ...one, severities: [...one.severities] }));
    return { at: now.toISOString(), rules };
  } catch (error) {
    const problem = problemFrom(error);
    services.log("poll.rules_unread", {
      configurationId: configuration.id,
      code: problem?.code ?? "unexpected",
    });
    return { at: now.toISOString(), rules: null };
  }
}

/** At the end of a full read: what a webhook brought and Azure doesn't list, and what it should have brought. */
export async function compareWithPushes(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  { ticket, rules }: Finished,
): Promise<void> {
  const { organisationId, id } = configuration;
  const now = services.now();
  const unknown = await countMissedRead(tx, organisationId, id, ticket, unknownAfterReads, {
    at: now,
    settledBefore: new Date(now.getTime() - listLagMs),
  });
  if (unknown.length > 0)
    services.log("push.unknown_to_vendor", { configurationId: id, detections: unknown });
  if (rules) await setFacts(tx, organisationId, id, { pushRules: rules });
  const sent = sentSeverities((rules ?? knownRules(configuration))?.rules ?? null);
  await noteMissedPushes(tx, organisationId, id, sent, new Date(now.getTime() - pushGraceMs));
}
