import {
  commonFunctions,
  evaluate,
  type Functions,
  isObject,
  mapStrings,
  TemplateFault,
} from "./expressions.ts";

type Target = {
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
  /** the parameters as the deployment history shows them; a secure parameter's value is null */
  visibleParameters: Record<string, unknown>;
};
type Template = Record<string, unknown>;

const supportedElements = [
  "$schema",
  "contentVersion",
  "metadata",
  "parameters",
  "variables",
  "resources",
  "outputs",
];
const supportedResourceElements = [
  "type",
  "apiVersion",
  "name",
  "location",
  "dependsOn",
  "properties",
  "tags",
];

/**
 * Evaluates a template's expressions as Resource Manager does for a deployment to a resource group. `values` are the
 * parameters' values by name. Throws TemplateFault if Azure would refuse the template or the emulator doesn't support it.
 */
export function resolveTemplate(
  template: Template,
  values: Record<string, unknown>,
  target: Target,
): Resolved {
  const unsupported = Object.keys(template).find((key) => !supportedElements.includes(key));
  if (unsupported) throw new TemplateFault(`The template element ${unsupported} isn't supported.`);
  const declared = (template.parameters ?? {}) as Record<string, Template>;
  const undeclared = Object.keys(values).find((name) => !(name in declared));
  if (undeclared) throw new TemplateFault(`The template has no parameter ${undeclared}.`);
  const functions: Functions = { ...commonFunctions, ...targetFunctions(target) };
  const resolve = (value: unknown, moreFunctions: Functions = {}) =>
    mapStrings(value, (text) => resolveText(text, { ...functions, ...moreFunctions }));

  const parameters = new Map<string, unknown>();
  for (const [name, parameter] of Object.entries(declared))
    parameters.set(name, valueOf(name, parameter, values, resolve));
  functions.parameters = (name) => lookUp(parameters, "parameter", name);

  const variables = new Map<string, unknown>();
  functions.variables = (name) => lookUp(variables, "variable", name);
  const { copy: loops = [], ...plain } = (template.variables ?? {}) as Record<string, unknown>;
  for (const [name, value] of Object.entries(plain)) variables.set(name, resolve(value));
  for (const { name, count, input } of loops as { name: string; count: unknown; input: unknown }[]) {
    const length = Number(resolve(count));
    const copies = Array.from({ length }, (_, index) => resolve(input, { copyindex: () => index }));
    variables.set(name, copies);
  }

  const resources = ((template.resources ?? []) as Template[]).map((raw) => {
    const unsupported = Object.keys(raw).find((key) => !supportedResourceElements.includes(key));
    if (unsupported) throw new TemplateFault(`The resource element ${unsupported} isn't supported.`);
    const resource = resolve(raw) as Omit<Resource, "id">;
    return { ...resource, id: resourceId(target, resource.type, resource.name) };
  });
  const outputs = Object.fromEntries(
    Object.entries((template.outputs ?? {}) as Record<string, Template>).map(([name, output]) => [
      name,
      resolve(output.value),
    ]),
  );
  const visibleParameters = Object.fromEntries(
    [...parameters].map(([name, value]) => [name, isSecure(declared[name]) ? null : value]),
  );
  return { resources, outputs, visibleParameters };
}

function resolveText(text: string, functions: Functions): unknown {
  if (!text.startsWith("[") || !text.endsWith("]")) return text;
  if (text.startsWith("[[")) return text.slice(1);
  const { value, end } = evaluate(text, 1, functions);
  if (end !== text.length - 1) throw new TemplateFault(`There is more than one expression in ${text}.`);
  return value;
}

const isSecure = (parameter: Template | undefined) => /^secure/i.test(String(parameter?.type));

function valueOf(
  name: string,
  parameter: Template,
  values: Record<string, unknown>,
  resolve: (value: unknown) => unknown,
): unknown {
  if (!(name in values) && !("defaultValue" in parameter))
    throw new TemplateFault(`The parameter ${name} has no value.`);
  const value = name in values ? values[name] : resolve(parameter.defaultValue);
  const isOfType: Record<string, boolean> = {
    string: typeof value === "string",
    securestring: typeof value === "string",
    array: Array.isArray(value),
    object: isObject(value),
    int: Number.isInteger(value),
    bool: typeof value === "boolean",
  };
  const type = String(parameter.type).toLowerCase();
  if (!isOfType[type]) throw new TemplateFault(`The parameter ${name} must be of type ${type}.`);
  const allowed = parameter.allowedValues as unknown[] | undefined;
  const elements = Array.isArray(value) ? value : [value];
  if (allowed && !elements.every((candidate) => allowed.includes(candidate)))
    throw new TemplateFault(`The parameter ${name} allows ${allowed.join(", ")} only.`);
  if (elements.length < Number(parameter.minLength ?? 0) && Array.isArray(value))
    throw new TemplateFault(`The parameter ${name} needs at least ${String(parameter.minLength)} values.`);
  return value;
}

function lookUp(values: Map<string, unknown>, kind: string, name: unknown): unknown {
  if (!values.has(String(name))) throw new TemplateFault(`There is no ${kind} ${String(name)}.`);
  return values.get(String(name));
}

function targetFunctions(target: Target): Functions {
  const subscription = `/subscriptions/${target.subscriptionId}`;
  return {
    subscription: () => ({
      id: subscription,
      subscriptionId: target.subscriptionId,
      displayName: target.subscriptionName,
      tenantId: target.tenantId,
    }),
    resourcegroup: () => ({
      id: `${subscription}/resourceGroups/${target.resourceGroup}`,
      name: target.resourceGroup,
      location: target.location,
    }),
    resourceid: (type, ...names) => resourceId(target, String(type), names.map(String).join("/")),
    listcallbackurl: (id) => ({ value: callbackUrl(String(id)) }),
  };
}

function resourceId(target: Target, type: string, name: string): string {
  const [provider, ...types] = type.split("/");
  const names = name.split("/");
  if (types.length === 0 || types.length !== names.length)
    throw new TemplateFault(`The name ${name} doesn't fit the type ${type}.`);
  const path = types.map((segment, index) => `${segment}/${names[index]}`).join("/");
  return `/subscriptions/${target.subscriptionId}/resourceGroups/${target.resourceGroup}/providers/${provider}/${path}`;
}

/**
 * Returns the address at which an automation starts the Logic App with this trigger. No server listens at this address.
 * Throws TemplateFault if the id isn't a trigger's.
 */
export function callbackUrl(triggerId: string): string {
  if (!/\/providers\/Microsoft\.Logic\/workflows\/[^/]+\/triggers\/[^/]+$/i.test(triggerId))
    throw new TemplateFault(`listCallbackUrl needs the id of a Logic App's trigger, not ${triggerId}.`);
  return `https://logic.emulator.invalid${triggerId}/paths/invoke?sig=emulated`;
}
