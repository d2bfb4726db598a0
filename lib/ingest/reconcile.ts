import type { Transaction } from "#db/client.ts";
import { setFacts } from "#db/queries/sources/configuration-health.ts";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { recordMissedDeliveries } from "#db/queries/ingest/webhook-health.ts";
import { countMissedPoll } from "#db/queries/ingest/unconfirmed.ts";
import {
  listLagMs,
  webhookGraceMs,
  type ForwardingRule,
  forwardedSeverities,
  unknownAfterPolls,
} from "#lib/domain/forwarding.ts";
import type { VendorSource } from "#lib/vendors/contract.ts";
import { problemFrom } from "#lib/sources/accounts/outcome.ts";
import type { Services } from "#lib/core/context.ts";
import {
  type KnownForwardingRules,
  knownForwardingRules,
} from "#lib/sources/configurations/forwarding-rules.ts";
import { vendorIo, vendorOf } from "#lib/core/vendors.ts";

/** how often the vendor is asked what posts to our webhook */
const askRulesEveryMs = 15 * 60_000;

/** A read that came to its end. */
export type Finished = {
  ticket: number;
  /** the read gave everything that the vendor holds */
  whole: boolean;
  /** the vendor wants to be polled less often for now */
  easeOff: boolean;
  /** what is set up at the vendor to post to our webhook, where it was asked now */
  rules: KnownForwardingRules | null;
};

/** Asks the vendor for the rules when that is due; null when it isn't, or it has none. What can't be read stops no poll. */
export async function askForwardingRules(
  services: Services,
  configuration: ConfigurationRow,
  source: VendorSource,
  signal: AbortSignal,
): Promise<KnownForwardingRules | null> {
  const { can } = vendorOf(services, configuration);
  if (!can.rules) return null;
  const now = services.now();
  const known = knownForwardingRules(configuration);
  if (known && Math.abs(now.getTime() - Date.parse(known.at)) < askRulesEveryMs) return null;
  try {
    const found = await can.rules(source, vendorIo(services, configuration, signal));
    const rules = found.map((one: ForwardingRule) => ({ ...one, severities: [...one.severities] }));
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

/** At the end of a read: what a webhook brought and a whole read didn't find, and what it should have brought. */
export async function reconcileWithWebhook(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  { ticket, whole, rules }: Finished,
): Promise<void> {
  const { organisationId, id } = configuration;
  const now = services.now();
  const settledBefore = new Date(now.getTime() - listLagMs);
  const unknown = whole
    ? await countMissedPoll(tx, organisationId, id, ticket, unknownAfterPolls, { at: now, settledBefore })
    : [];
  if (unknown.length > 0)
    services.log("push.unknown_to_vendor", { configurationId: id, detections: unknown });
  if (rules) await setFacts(tx, organisationId, id, { forwardingRules: rules });
  const sent = forwardedSeverities((rules ?? knownForwardingRules(configuration))?.rules ?? null);
  await recordMissedDeliveries(tx, organisationId, id, sent, new Date(now.getTime() - webhookGraceMs));
}
