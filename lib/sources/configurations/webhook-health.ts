import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { Transaction } from "#db/client.ts";
import { type WebhookCoverage, type WebhookHealthRow } from "#db/queries/ingest/webhook-health.ts";
import { countUnconfirmed } from "#db/queries/ingest/unconfirmed.ts";
import { forwardedSeverities, unknownAfterPolls } from "#lib/domain/forwarding.ts";
import { severityLabel } from "#lib/domain/severity.ts";
import type { Services } from "#lib/core/context.ts";
import { wordsFor } from "#lib/core/vendors.ts";
import type { VendorWords } from "#lib/domain/vendor-words.ts";
import { knownForwardingRules } from "./forwarding-rules.ts";
import { type WebhookProblem, webhookProblemOf } from "./webhook-problem.ts";

/** for so long what the vendor does not know degrades its configuration; the detection itself says so for good */
const unknownToldForMs = 3 * 86_400_000;

/** What is wrong with the webhook of each configuration that has something, by its id. */
export async function webhookProblems(
  services: Services,
  tx: Transaction,
  organisationId: string,
  configurations: readonly ConfigurationRow[],
  heard: ReadonlyMap<string, WebhookHealthRow>,
  now: Date,
): Promise<Map<string, WebhookProblem>> {
  const unknown = await countUnconfirmed(
    tx,
    organisationId,
    unknownAfterPolls,
    new Date(now.getTime() - unknownToldForMs),
  );
  return new Map(
    configurations.flatMap((one): [string, WebhookProblem][] => {
      const problem = webhookProblemOf(
        one,
        heard.get(one.id),
        unknown.get(one.id) ?? 0,
        now,
        wordsFor(services, one),
      );
      return problem ? [[one.id, problem]] : [];
    }),
  );
}

/** the feed says so of a configuration that was neither read nor heard for longer */
const unheardMs = 15 * 60_000;

/** Since when a configuration was neither read nor heard, when that is too long; null while all is well. */
export function unheardSince(
  configuration: ConfigurationRow,
  push: WebhookHealthRow | undefined,
  now: Date,
): string | null {
  if (configuration.disabledAt) return null;
  const signs = [
    configuration.lastGoodSyncAt ?? configuration.createdAt,
    push?.lastAlertAt,
    push?.lastHeartbeatAt,
  ];
  const last = Math.max(...signs.map((at) => at?.getTime() ?? 0));
  return now.getTime() - last > unheardMs ? new Date(last).toISOString() : null;
}

/** How alerts of a configuration come here, for its card: sentences, the first about the last 30 days. */
export function webhookCoverageOf(
  configuration: ConfigurationRow,
  heard: ReadonlyMap<string, WebhookHealthRow>,
  covered: ReadonlyMap<string, WebhookCoverage>,
  words: VendorWords,
): { heard: boolean; lastHeardAt: string | null; sentences: string[] } {
  const push = heard.get(configuration.id);
  const lastHeard = [push?.lastAlertAt, push?.lastHeartbeatAt].flatMap((at) => (at ? [at.getTime()] : []));
  const lastHeardAt = lastHeard.length > 0 ? new Date(Math.max(...lastHeard)).toISOString() : null;
  const sentences = [volume(push, covered.get(configuration.id)), rulesSentence(configuration, words)].filter(
    (one) => one !== null,
  );
  return { heard: lastHeardAt !== null, lastHeardAt, sentences };
}

function volume(push: WebhookHealthRow | undefined, coverage: WebhookCoverage | undefined): string {
  if (!push?.lastAlertAt)
    return push?.lastHeartbeatAt
      ? "The webhook sends heartbeats, but no alert has arrived by it yet."
      : "No webhook yet. Alerts arrive by polling, about every minute.";
  if (!coverage || coverage.alerts === 0) return "No alerts in 30 days.";
  const { alerts, pushed, p95Seconds } = coverage;
  const within = p95Seconds === null ? "" : ` (95 % within ${duration(p95Seconds)})`;
  return `${alerts === 1 ? "1 alert" : `${alerts} alerts`} in 30 days: ${pushed} by webhook${within}, ${alerts - pushed} by polling.`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

/** What is set up at the vendor to post here, as far as it lets us read that. */
function rulesSentence(configuration: ConfigurationRow, { provider }: VendorWords): string | null {
  const known = knownForwardingRules(configuration);
  if (!known?.rules) return null;
  if (known.rules.length === 0) return null;
  const enabled = known.rules.filter((one) => one.enabled);
  if (enabled.length === 0) return `Its workflow automation is disabled in ${provider}.`;
  const sent = forwardedSeverities(known.rules);
  const label = (one: (typeof sent)[number]) => severityLabel[one];
  const all = ["high", "medium", "low", "informational"] as const;
  const polled = all.filter((one) => !sent.includes(one));
  const some = all.filter((one) => sent.includes(one)).map(label);
  if (polled.length === 0) return "Its workflow automation sends alerts of every severity.";
  return `Its workflow automation sends ${inWords(some)}; ${inWords(polled.map(label))} ${polled.length === 1 ? "comes" : "come"} by polling.`;
}

const inWords = (words: string[]) =>
  words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? "nothing");
