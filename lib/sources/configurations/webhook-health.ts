import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { Transaction } from "#db/client.ts";
import { type WebhookCoverage, type WebhookHealthRow } from "#db/queries/ingest/webhook-health.ts";
import { countUnconfirmed } from "#db/queries/ingest/unconfirmed.ts";
import { forwardedSeverities, unknownAfterPolls } from "#lib/domain/forwarding.ts";
import { severityLabel } from "#lib/domain/severity.ts";
import type { Services } from "#lib/core/context.ts";
import { wordsFor } from "#lib/core/vendors.ts";
import type { Words } from "#lib/domain/vendor-words.ts";
import { knownForwardingRules } from "./forwarding-rules.ts";
import { type WebhookProblem, webhookProblemOf } from "./webhook-problem.ts";

/** how long alerts that the vendor doesn't know degrade their configuration; their detections are marked for good */
const unknownDegradesForMs = 3 * 86_400_000;

/** Returns the problem of each configuration whose webhook has one, by configuration id. */
export async function webhookProblems(
  services: Services,
  tx: Transaction,
  organisationId: string,
  configurations: readonly ConfigurationRow[],
  health: ReadonlyMap<string, WebhookHealthRow>,
  now: Date,
): Promise<Map<string, WebhookProblem>> {
  const unknown = await countUnconfirmed(
    tx,
    organisationId,
    unknownAfterPolls,
    new Date(now.getTime() - unknownDegradesForMs),
  );
  return new Map(
    configurations.flatMap((configuration): [string, WebhookProblem][] => {
      const { id } = configuration;
      const words = wordsFor(services, configuration);
      const problem = webhookProblemOf(configuration, health.get(id), unknown.get(id) ?? 0, now, words);
      return problem ? [[id, problem]] : [];
    }),
  );
}

/** the feed warns about a configuration after this long without a good poll, a delivery or a heartbeat */
const unheardMs = 15 * 60_000;

const coverageDays = 30;

/** Returns since when alerts count for the webhook coverage. */
export const coverageSince = (now: Date): Date => new Date(now.getTime() - coverageDays * 86_400_000);

/** Returns when a configuration last had a good poll, a delivery or a heartbeat, if that is too long ago; otherwise null. */
export function unheardSince(
  configuration: ConfigurationRow,
  health: WebhookHealthRow | undefined,
  now: Date,
): string | null {
  if (configuration.disabledAt) return null;
  const signs = [
    configuration.lastGoodSyncAt ?? configuration.createdAt,
    health?.lastAlertAt,
    health?.lastHeartbeatAt,
  ];
  const last = Math.max(...signs.map((at) => at?.getTime() ?? 0));
  return now.getTime() - last > unheardMs ? new Date(last).toISOString() : null;
}

/**
 * Describes a configuration's webhook coverage in sentences. The first one is about the alerts since `since`, or since the
 * webhook's first delivery if that is later.
 */
export function webhookCoverageOf(
  configuration: ConfigurationRow,
  healthById: ReadonlyMap<string, WebhookHealthRow>,
  coverageById: ReadonlyMap<string, WebhookCoverage>,
  since: Date,
  words: Words,
): { heard: boolean; lastHeardAt: string | null; sentences: string[] } {
  const health = healthById.get(configuration.id);
  const lastHeard = [health?.lastAlertAt, health?.lastHeartbeatAt].flatMap((at) =>
    at ? [at.getTime()] : [],
  );
  const lastHeardAt = lastHeard.length > 0 ? new Date(Math.max(...lastHeard)).toISOString() : null;
  const sentences = [
    volume(configuration, health, coverageById.get(configuration.id), since),
    rulesSentence(configuration, words),
  ].filter((sentence) => sentence !== null);
  return { heard: lastHeardAt !== null, lastHeardAt, sentences };
}

function volume(
  { disabledAt }: ConfigurationRow,
  health: WebhookHealthRow | undefined,
  coverage: WebhookCoverage | undefined,
  since: Date,
): string {
  if (!health?.lastAlertAt) {
    if (health?.lastHeartbeatAt) return "The webhook sends heartbeats, but no alert has arrived by it yet.";
    return disabledAt
      ? "Nothing has arrived by webhook, and nothing is polled while the configuration is disabled."
      : "Nothing has arrived by webhook yet. Alerts arrive by polling, about every minute.";
  }
  // alerts from before the webhook's first delivery aren't counted, so the sentence must not claim them
  const isNew = health.firstHeardAt !== null && health.firstHeardAt > since;
  const period = isNew ? "since the webhook's first delivery" : `in ${coverageDays} days`;
  if (!coverage || coverage.alerts === 0) return `No alerts ${period}.`;
  const { alerts, pushed, p95Seconds } = coverage;
  const within = p95Seconds === null ? "" : ` (95 % within ${duration(p95Seconds)})`;
  return `${alerts === 1 ? "1 alert" : `${alerts} alerts`} ${period}: ${pushed} by webhook${within}, ${alerts - pushed} by polling.`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

/**
 * Returns a sentence on the severities that the vendor's forwarding rules send to the webhook; null if no rules are known, or
 * if the configuration is disabled, because nothing comes by polling then.
 */
function rulesSentence(configuration: ConfigurationRow, { provider, forwardingRule }: Words): string | null {
  const known = knownForwardingRules(configuration);
  if (!known?.rules || configuration.disabledAt) return null;
  if (known.rules.length === 0) return null;
  const enabled = known.rules.filter(({ enabled }) => enabled);
  if (enabled.length === 0) return `The ${forwardingRule} is disabled in ${provider}.`;
  const forwarded = forwardedSeverities(known.rules);
  const label = (severity: (typeof forwarded)[number]) => severityLabel[severity];
  const all = ["high", "medium", "low", "informational"] as const;
  const polled = all.filter((severity) => !forwarded.includes(severity));
  const sent = all.filter((severity) => forwarded.includes(severity)).map(label);
  if (polled.length === 0) return `The ${forwardingRule} sends alerts of every severity.`;
  return `The ${forwardingRule} sends ${inWords(sent)}; ${inWords(polled.map(label))} ${polled.length === 1 ? "comes" : "come"} by polling.`;
}

const inWords = (words: string[]) =>
  words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? "nothing");
