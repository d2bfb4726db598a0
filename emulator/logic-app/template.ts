import {
  commonFunctions,
  evaluate,
  type Functions,
  isObject,
  mapStrings,
  TemplateFault,
} from "./expressions.ts";

type Place = {
  subscriptionId: string;
  subscriptionName: string;
  tenantId: string;
  resourceGroup: string;
  location: string;
};
export type Resource = {
  type: string;
  apiVersion: string;
  name: string;
  id: string;
  location: string;
  properties: Record<string, unknown>;
};
type Resolved = {
  resources: Resource[];
  outputs: Record<string, unknown>;
  /** the parameters as a deployment's history shows them: secure ones are null */
  shownParameters: Record<string, unknown>;
};
type Template = Record<string, unknown>;

const knownParts = [
  "$schema",
  "contentVersion",
  "metadata",
  "parameters",
  "variables",
  "resources",
  "outputs",
];
const knownResourceParts = ["type", "apiVersion", "name", "location", "dependsOn", "properties", "tags"];

/**
 * Resolves a template's expressions as Resource Manager does at a deployment to a resource group. `given` are the
 * parameters' values. What this can't evaluate is a TemplateFault.
 */
export function resolveTemplate(template: Template, given: Record<string, unknown>, place: Place): Resolved {
  const unknown = Object.keys(template).find((key) => !knownParts.includes(key));
  if (unknown) throw new TemplateFault(`a template's ${unknown} is not known here`);
  const declared = (template.parameters ?? {}) as Record<string, Template>;
  const stray = Object.keys(given).find((name) => !(name in declared));
  if (stray) throw new TemplateFault(`The template has no parameter ${stray}.`);
  const functions: Functions = { ...commonFunctions, ...placeFunctions(place) };
  const resolve = (value: unknown, more: Functions = {}) =>
    mapStrings(value, (text) => resolveText(text, { ...functions, ...more }));

  const parameters = new Map<string, unknown>();
  for (const [name, parameter] of Object.entries(declared))
    parameters.set(name, valueOf(name, parameter, given, resolve));
  functions.parameters = (name) => from(parameters, "parameter", name);

  const variables = new Map<string, unknown>();
  functions.variables = (name) => from(variables, "variable", name);
  const { copy = [], ...plain } = (template.variables ?? {}) as Record<string, unknown>;
  for (const [name, value] of Object.entries(plain)) variables.set(name, resolve(value));
  for (const { name, count, input } of copy as { name: string; count: unknown; input: unknown }[]) {
    const times = Number(resolve(count));
    const made = Array.from({ length: times }, (_, index) => resolve(input, { copyindex: () => index }));
    variables.set(name, made);
  }

  const resources = ((template.resources ?? []) as Template[]).map((raw) => {
    const odd = Object.keys(raw).find((key) => !knownResourceParts.includes(key));
    if (odd) throw new TemplateFault(`a resource's ${odd} is not known here`);
    const resource = resolve(raw) as Omit<Resource, "id">;
    return { ...resource, id: resourceId(place, resource.type, resource.name) };
  });
  const outputs = Object.fromEntries(
    Object.entries((template.outputs ?? {}) as Record<string, Template>).map(([name, output]) => [
      name,
      resolve(output.value),
    ]),
  );
  const shownParameters = Object.fromEntries(
    [...parameters].map(([name, value]) => [name, isSecure(declared[name]) ? null : value]),
  );
  return { resources, outputs, shownParameters };
}

function resolveText(text: string, functions: Functions): unknown {
  if (!text.startsWith("[") || !text.endsWith("]")) return text;
  if (text.startsWith("[[")) return text.slice(1);
  const { value, end } = evaluate(text, 1, functions);
  if (end !== text.length - 1) throw new TemplateFault(`more than one expression in ${text}`);
  return value;
}

const isSecure = (parameter: Template | undefined) => /^secure/i.test(String(parameter?.type));

function valueOf(
  name: string,
  parameter: Template,
  given: Record<string, unknown>,
  resolve: (value: unknown) => unknown,
): unknown {
  if (!(name in given) && !("defaultValue" in parameter))
    throw new TemplateFault(`The parameter ${name} has no value.`);
  const value = name in given ? given[name] : resolve(parameter.defaultValue);
  const kinds: Record<string, boolean> = {
    string: typeof value === "string",
    securestring: typeof value === "string",
    array: Array.isArray(value),
    object: isObject(value),
    int: Number.isInteger(value),
    bool: typeof value === "boolean",
  };
  const type = String(parameter.type).toLowerCase();
  if (!kinds[type]) throw new TemplateFault(`The parameter ${name} wants ${type}.`);
  const allowed = parameter.allowedValues as unknown[] | undefined;
  const held = Array.isArray(value) ? value : [value];
  if (allowed && !held.every((one) => allowed.includes(one)))
    throw new TemplateFault(`The parameter ${name} allows ${allowed.join(", ")} only.`);
  if (held.length < Number(parameter.minLength ?? 0) && Array.isArray(value))
    throw new TemplateFault(`The parameter ${name} wants at least ${String(parameter.minLength)}.`);
  return value;
}

function from(held: Map<string, unknown>, kind: string, name: unknown): unknown {
  if (!held.has(String(name))) throw new TemplateFault(`There is no ${kind} ${String(name)}.`);
  return held.get(String(name));
}

function placeFunctions(place: Place): Functions {
  const subscription = `/subscriptions/${place.subscriptionId}`;
  return {
    subscription: () => ({
      id: subscription,
      subscriptionId: place.subscriptionId,
      displayName: place.subscriptionName,
      tenantId: place.tenantId,
    }),
    resourcegroup: () => ({
      id: `${subscription}/resourceGroups/${place.resourceGroup}`,
      name: place.resourceGroup,
      location: place.location,
    }),
    resourceid: (type, ...names) => resourceId(place, String(type), names.map(String).join("/")),
    listcallbackurl: (id) => ({ value: callbackUrl(String(id)) }),
  };
}

function resourceId(place: Place, type: string, name: string): string {
  const [provider, ...types] = type.split("/");
  const names = name.split("/");
  if (types.length === 0 || types.length !== names.length)
    throw new TemplateFault(`${type} doesn't fit the name ${name}.`);
  const path = types.map((one, index) => `${one}/${names[index]}`).join("/");
  return `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}/providers/${provider}/${path}`;
}

/** The address that starts a Logic App, as an automation holds it; nothing listens there. */
export function callbackUrl(triggerId: string): string {
  if (!/\/providers\/Microsoft\.Logic\/workflows\/[^/]+\/triggers\/[^/]+$/i.test(triggerId))
    throw new TemplateFault(`listCallbackUrl wants a Logic App's trigger, not ${triggerId}.`);
  return `https://logic.emulator.invalid${triggerId}/paths/invoke?sig=emulated`;
}
