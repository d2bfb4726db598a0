import type { Json } from "#lib/domain/detection.ts";
import type { ForwardingRule } from "#lib/domain/forwarding.ts";
import type { Severity } from "#lib/domain/severity.ts";
import { Severity as SeverityWord } from "#lib/domain/words.ts";
import { listOf, objectOf, wordOf } from "../shared/json.ts";

const all: readonly Severity[] = ["high", "medium", "low", "informational"];

/**
 * The workflow automations that send alerts to our Logic App, told by its name, which the templates give it
 * (Microsoft.Security/automations, 2023-12-01-preview: rule sets are OR'ed, the rules in one AND'ed).
 */
export function forwardingRules(answer: Json): ForwardingRule[] {
  return listOf(objectOf(answer).value).flatMap((one) => {
    const { name, properties } = objectOf(one);
    const p = objectOf(properties);
    const actions = listOf(p.actions).map((action) => wordOf(objectOf(action).logicAppResourceId, 1_024));
    const ours = [wordOf(name), ...actions].some((text) => /pocketsoc/i.test(text));
    const sources = listOf(p.sources).map(objectOf);
    const alerts = sources.filter((source) => wordOf(source.eventSource).toLowerCase() === "alerts");
    if (!ours || alerts.length === 0) return [];
    const severities = new Set(alerts.flatMap((source) => severitiesOf(source.ruleSets)));
    return [{ name: wordOf(name), enabled: p.isEnabled !== false, severities: [...severities] }];
  });
}

/** Without rule sets everything is sent; a rule on anything but the severity is taken as letting all through. */
function severitiesOf(ruleSets: Json | undefined): readonly Severity[] {
  const sets = listOf(ruleSets);
  if (sets.length === 0) return all;
  return sets.flatMap((set) => {
    const rules = listOf(objectOf(set).rules).map(objectOf);
    const named = rules.filter((rule) => wordOf(rule.propertyJPath).toLowerCase().endsWith("severity"));
    if (named.length === 0) return all;
    return named.flatMap((rule) => {
      const word = SeverityWord.safeParse(wordOf(rule.expectedValue).toLowerCase());
      return word.success ? [word.data] : [];
    });
  });
}
