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

/** The operators for text; case doesn't count. */
const operators: Record<string, (value: string, expected: string) => boolean> = {
  Equals: (value, expected) => value === expected,
  NotEquals: (value, expected) => value !== expected,
  Contains: (value, expected) => value.includes(expected),
  StartsWith: (value, expected) => value.startsWith(expected),
  EndsWith: (value, expected) => value.endsWith(expected),
};

/** An automation on alerts that starts Logic Apps; any other is a TemplateFault. */
export function readAutomation(resource: Resource): Automation {
  const automation = resource as Automation;
  for (const { eventSource, ruleSets } of automation.properties.sources) {
    if (eventSource !== "Alerts")
      throw new TemplateFault(`the event source ${eventSource} is not known here`);
    for (const rule of (ruleSets ?? []).flatMap((set) => set.rules))
      if (rule.propertyType !== "String" || !operators[rule.operator])
        throw new TemplateFault(`a rule on ${rule.propertyType} by ${rule.operator} is not known here`);
  }
  const other = automation.properties.actions.find((one) => one.actionType !== "LogicApp" || !one.uri);
  if (other) throw new TemplateFault("an automation's action starts a Logic App by its uri");
  return automation;
}

/** Whether the automation acts on the alert: it is on, within a scope, and one rule set holds whole. */
export function actsOn({ properties }: Automation, alertId: string, body: Record<string, unknown>): boolean {
  const id = alertId.toLowerCase();
  const inScope = properties.scopes.some(({ scopePath }) => id.startsWith(`${scopePath.toLowerCase()}/`));
  const holds = ({ propertyJPath, expectedValue, operator }: Rule) =>
    operators[operator]?.(valueAt(body, propertyJPath).toLowerCase(), expectedValue.toLowerCase()) ?? false;
  const matches = ({ ruleSets = [] }: Source) =>
    ruleSets.length === 0 || ruleSets.some(({ rules }) => rules.every(holds));
  return properties.isEnabled && inScope && properties.sources.some(matches);
}

/** As Azure lists it: without the address that starts the Logic App. */
export function shownAutomation(automation: Automation, enabled: boolean): object {
  const { apiVersion: _, properties, ...rest } = automation;
  const actions = properties.actions.map(({ uri: _secret, ...action }) => action);
  return { ...rest, properties: { ...properties, isEnabled: properties.isEnabled && enabled, actions } };
}

function valueAt(body: Record<string, unknown>, path: string): string {
  const found = path
    .replace(/^\$\./, "")
    .split(".")
    .reduce<unknown>((held, key) => (isObject(held) ? held[key] : undefined), body);
  return typeof found === "string" ? found : "";
}
