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

/** how often the vendor is asked for its forwarding rules */
const askRulesEveryMs = 15 * 60_000;

/** The result of a poll that has read all pages. */
export type Finished = {
  ticket: number;
  /** whether the poll returned every alert that the vendor stores */
  whole: boolean;
  /** whether the vendor asks to be polled less often for now */
  easeOff: boolean;
  /** the forwarding rules if this poll asked for them, otherwise null */
  rules: KnownForwardingRules | null;
};

/**
 * Asks the vendor for its forwarding rules. Returns null if the vendor has none or was asked recently. If the call
 * fails, logs the error and returns rules that are marked as unreadable.
 */
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
    const rules = found.map((rule: ForwardingRule) => ({ ...rule, severities: [...rule.severities] }));
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

/**
 * Compares a finished poll with the webhook. Counts a missed poll for each delivered alert that a complete poll didn't
 * find. Records alerts that the webhook should have brought but only polls found.
 */
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
  const forwarded = forwardedSeverities((rules ?? knownForwardingRules(configuration))?.rules ?? null);
  await recordMissedDeliveries(tx, organisationId, id, forwarded, new Date(now.getTime() - webhookGraceMs));
}
