import { isObject, TemplateFault } from "./expressions.ts";
import type { Resource } from "./template.ts";

type Rule = { propertyJPath: string; propertyType: string; expectedValue: string; operator: string };
type Source = { eventSource: string; ruleSets?: { rules: Rule[] }[] };
type Properties = {
  isEnabled: boolean;
  scopes: { scopePath: string }[];
  sources: Source[];
  actions: { actionType: string; logicAppResourceId: string; uri?: string }[];
};
export type Automation = Resource & { properties: Properties };

/** The operators that compare two texts, by name. Both texts must be in lower case. */
const operators: Record<string, (value: string, expected: string) => boolean> = {
  Equals: (value, expected) => value === expected,
  NotEquals: (value, expected) => value !== expected,
  Contains: (value, expected) => value.includes(expected),
  StartsWith: (value, expected) => value.startsWith(expected),
  EndsWith: (value, expected) => value.endsWith(expected),
};

/** Reads an automation that starts Logic Apps on alerts. Throws TemplateFault for any other automation. */
export function readAutomation(resource: Resource): Automation {
  const automation = resource as Automation;
  for (const { eventSource, ruleSets } of automation.properties.sources) {
    if (eventSource !== "Alerts") throw new TemplateFault(`The event source ${eventSource} isn't supported.`);
    for (const rule of (ruleSets ?? []).flatMap((set) => set.rules))
      if (rule.propertyType !== "String" || !operators[rule.operator])
        throw new TemplateFault(`A rule on ${rule.propertyType} with ${rule.operator} isn't supported.`);
  }
  if (automation.properties.actions.some(({ actionType, uri }) => actionType !== "LogicApp" || !uri))
    throw new TemplateFault("An automation's action must be of type LogicApp and have a uri.");
  return automation;
}

/**
 * Whether an automation posts an alert. The automation must be enabled, one of its scopes must contain the alert, and all
 * rules of at least one rule set must match. `body` is what the automation would post.
 */
export function isTriggeredBy(
  { properties }: Automation,
  alertId: string,
  body: Record<string, unknown>,
): boolean {
  const id = alertId.toLowerCase();
  const inScope = properties.scopes.some(({ scopePath }) => id.startsWith(`${scopePath.toLowerCase()}/`));
  const ruleMatches = ({ propertyJPath, expectedValue, operator }: Rule) =>
    operators[operator]?.(valueAt(body, propertyJPath).toLowerCase(), expectedValue.toLowerCase()) ?? false;
  const sourceMatches = ({ ruleSets = [] }: Source) =>
    ruleSets.length === 0 || ruleSets.some(({ rules }) => rules.every(ruleMatches));
  return properties.isEnabled && inScope && properties.sources.some(sourceMatches);
}

/** Describes an automation as Azure lists it. The addresses that start Logic Apps are left out. */
export function describeAutomation(automation: Automation, enabled: boolean): object {
  const { apiVersion: _, properties, ...rest } = automation;
  const actions = properties.actions.map(({ uri: _secret, ...action }) => action);
  return { ...rest, properties: { ...properties, isEnabled: properties.isEnabled && enabled, actions } };
}

function valueAt(body: Record<string, unknown>, path: string): string {
  const value = path
    .replace(/^\$\./, "")
    .split(".")
    .reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), body);
  return typeof value === "string" ? value : "";
}
