import {
  commonFunctions,
  evaluate,
  type Functions,
  isObject,
  mapStrings,
  TemplateFault,
} from "./expressions.ts";
import { type RetryPolicy, readRetryPolicy } from "./retry.ts";

type Action = {
  name: string;
  /** the action's inputs, whose expressions aren't evaluated yet */
  inputs: Record<string, unknown>;
  retryPolicy: RetryPolicy;
  disableAsyncPattern: boolean;
  hidesInputs: boolean;
  hidesOutputs: boolean;
};
type Trigger = {
  name: string;
  hidesOutputs: boolean;
  /** the interval of a Recurrence trigger; null for any other trigger */
  everyMs: number | null;
};
export type Workflow = { trigger: Trigger; action: Action; parameters: Map<string, unknown> };
type Raw = Record<string, unknown>;

/**
 * Reads a workflow definition with one trigger (Request, ApiConnectionWebhook or Recurrence) and one Http action. Throws
 * TemplateFault for any other definition.
 */
export function readWorkflow(properties: Raw): Workflow {
  const definition = properties.definition as Raw;
  const [triggerName, trigger] = onlyEntryOf(definition.triggers, "trigger");
  const [actionName, action] = onlyEntryOf(definition.actions, "action");
  if (action.type !== "Http")
    throw new TemplateFault(`An action of type ${String(action.type)} isn't supported.`);
  const { retryPolicy, ...inputs } = action.inputs as Raw;
  return {
    trigger: {
      name: triggerName,
      hidesOutputs: hides(trigger, "outputs"),
      everyMs: trigger.type === "Recurrence" ? intervalOf(trigger.recurrence as Raw) : checkCalled(trigger),
    },
    action: {
      name: actionName,
      inputs,
      retryPolicy: readRetryPolicy(retryPolicy),
      disableAsyncPattern: String(action.operationOptions ?? "").includes("DisableAsyncPattern"),
      hidesInputs: hides(action, "inputs"),
      hidesOutputs: hides(action, "outputs"),
    },
    parameters: readParameters(definition, (properties.parameters ?? {}) as Raw),
  };
}

/**
 * Returns the request that the workflow's action sends. The expressions are evaluated for `triggerBody`, the body that the
 * trigger received.
 */
export function evaluateInputs({ action, parameters }: Workflow, triggerBody: unknown): Raw {
  const functions: Functions = {
    ...commonFunctions,
    parameters: (name) => {
      if (!parameters.has(String(name)))
        throw new TemplateFault(`There is no workflow parameter ${String(name)}.`);
      return parameters.get(String(name));
    },
    triggerbody: () => triggerBody,
  };
  return mapStrings(action.inputs, (text) => evaluateText(text, functions)) as Raw;
}

/**
 * Evaluates the expressions of a text: `@call()` becomes its value, `@{call()}` within a text becomes text, and a leading
 * `@@` becomes @.
 */
function evaluateText(text: string, functions: Functions): unknown {
  if (text.startsWith("@@")) return text.slice(1);
  if (text.startsWith("@") && !text.startsWith("@{")) {
    const { value, end } = evaluate(text, 1, functions);
    if (end !== text.length) throw new TemplateFault(`There is more than one expression in ${text}.`);
    return value;
  }
  let result = "";
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf("@{", at);
    if (next === -1) return result + text.slice(at);
    const { value, end } = evaluate(text, next + 2, functions);
    if (text[end] !== "}") throw new TemplateFault(`expected } at ${end} of ${text}`);
    result += text.slice(at, next) + (typeof value === "string" ? value : JSON.stringify(value));
    at = end + 1;
  }
  return result;
}

/**
 * Returns the only trigger or the only action of a workflow definition. Throws TemplateFault if there are none or several.
 */
function onlyEntryOf(value: unknown, kind: string): [string, Raw] {
  const entries = Object.entries((value ?? {}) as Record<string, Raw>);
  const [entry] = entries;
  if (!entry || entries.length > 1)
    throw new TemplateFault(`A definition must have one ${kind}, not ${entries.length}.`);
  return entry;
}

/** Whether the run history hides the inputs or the outputs of a trigger or an action. */
function hides({ runtimeConfiguration }: Raw, property: "inputs" | "outputs"): boolean {
  const { secureData } = (runtimeConfiguration ?? {}) as { secureData?: { properties?: string[] } };
  return secureData?.properties?.includes(property) ?? false;
}

/**
 * Returns null if the trigger is called from outside, because it has no interval. Throws TemplateFault for an unsupported
 * trigger.
 */
function checkCalled(trigger: Raw): null {
  if (["Request", "ApiConnectionWebhook"].includes(String(trigger.type))) return null;
  throw new TemplateFault(`A trigger of type ${String(trigger.type)} isn't supported.`);
}

function intervalOf({ frequency, interval }: Raw): number {
  const units: Record<string, number> = { Second: 1_000, Minute: 60_000, Hour: 3_600_000, Day: 86_400_000 };
  const unit = units[String(frequency)];
  if (!unit || !(Number(interval) >= 1)) throw new TemplateFault("The recurrence isn't supported.");
  return unit * Number(interval);
}

function readParameters(definition: Raw, values: Raw): Map<string, unknown> {
  const declared = (definition.parameters ?? {}) as Record<string, Raw>;
  const undeclared = Object.keys(values).find((name) => !(name in declared));
  if (undeclared) throw new TemplateFault(`The definition has no parameter ${undeclared}.`);
  return new Map(
    Object.entries(declared).map(([name, parameter]) => {
      const entry = values[name];
      if (isObject(entry) && "value" in entry) return [name, entry.value];
      if ("defaultValue" in parameter) return [name, parameter.defaultValue];
      throw new TemplateFault(`The workflow parameter ${name} has no value.`);
    }),
  );
}
