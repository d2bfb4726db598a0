import type { Json } from "#lib/domain/detection.ts";
import type { ForwardingRule } from "#lib/domain/forwarding.ts";
import type { Severity } from "#lib/domain/severity.ts";
import { Severity as SeverityWord } from "#lib/domain/words.ts";
import { listOf, objectOf, wordOf } from "../shared/json.ts";

const allSeverities: readonly Severity[] = ["high", "medium", "low", "informational"];

/**
 * Finds the workflow automations that send alerts to our Logic App. Our templates put "pocketsoc" in the automation's name
 * and in the Logic App's. Azure combines rule sets by OR, and the rules of a set by AND (Microsoft.Security/automations,
 * 2023-12-01-preview).
 */
export function forwardingRules(automations: readonly Json[]): ForwardingRule[] {
  return automations.flatMap((automation) => {
    const { name, properties } = objectOf(automation);
    const { actions, sources, isEnabled } = objectOf(properties);
    const logicApps = listOf(actions).map((action) => wordOf(objectOf(action).logicAppResourceId, 1_024));
    const ours = [wordOf(name), ...logicApps].some((text) => /pocketsoc/i.test(text));
    const alerts = listOf(sources)
      .map(objectOf)
      .filter((source) => wordOf(source.eventSource).toLowerCase() === "alerts");
    if (!ours || alerts.length === 0) return [];
    const severities = new Set(alerts.flatMap((source) => severitiesOf(source.ruleSets)));
    return [{ name: wordOf(name), enabled: isEnabled !== false, severities: [...severities] }];
  });
}

/**
 * Returns the severities that an automation's rule sets let through. These are all severities if there is no rule set, or
 * if one of the sets has no rule on severity.
 */
function severitiesOf(ruleSets: Json | undefined): readonly Severity[] {
  const sets = listOf(ruleSets);
  if (sets.length === 0) return allSeverities;
  return sets.flatMap((set) => {
    const rules = listOf(objectOf(set).rules).map(objectOf);
    const named = rules.filter((rule) => wordOf(rule.propertyJPath).toLowerCase().endsWith("severity"));
    if (named.length === 0) return allSeverities;
    return named.flatMap((rule) => {
      const word = SeverityWord.safeParse(wordOf(rule.expectedValue).toLowerCase());
      return word.success ? [word.data] : [];
    });
  });
}
