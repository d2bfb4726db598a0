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
  /** as written, expressions and all */
  inputs: Record<string, unknown>;
  retryPolicy: RetryPolicy;
  disableAsyncPattern: boolean;
  hidesInputs: boolean;
  hidesOutputs: boolean;
};
type Trigger = {
  name: string;
  hidesOutputs: boolean;
  /** of a recurrence; null for what is started from outside */
  everyMs: number | null;
};
export type Workflow = { trigger: Trigger; action: Action; parameters: Map<string, unknown> };
type Raw = Record<string, unknown>;

/**
 * Reads the part of the workflow definition language that PocketSOC's templates speak: one trigger (Request,
 * ApiConnectionWebhook or Recurrence) and one Http action. Anything else is a TemplateFault.
 */
export function readWorkflow(properties: Raw): Workflow {
  const definition = properties.definition as Raw;
  const [triggerName, trigger] = only(definition.triggers, "trigger");
  const [actionName, action] = only(definition.actions, "action");
  if (action.type !== "Http") throw new TemplateFault(`an action of the type ${String(action.type)}`);
  const { retryPolicy, ...inputs } = action.inputs as Raw;
  return {
    trigger: {
      name: triggerName,
      hidesOutputs: hides(trigger, "outputs"),
      everyMs:
        trigger.type === "Recurrence" ? intervalOf(trigger.recurrence as Raw) : startedFromOutside(trigger),
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

/** The action's request, its expressions evaluated for what the trigger brought. */
export function evaluateInputs({ action, parameters }: Workflow, triggerBody: unknown): Raw {
  const functions: Functions = {
    ...commonFunctions,
    parameters: (name) => {
      if (!parameters.has(String(name))) throw new TemplateFault(`no workflow parameter ${String(name)}`);
      return parameters.get(String(name));
    },
    triggerbody: () => triggerBody,
  };
  return mapStrings(action.inputs, (text) => evaluateText(text, functions)) as Raw;
}

/** `@call()` becomes the value, `@{call()}` within a text becomes text, `@@` an @. */
function evaluateText(text: string, functions: Functions): unknown {
  if (text.startsWith("@@")) return text.slice(1);
  if (text.startsWith("@") && !text.startsWith("@{")) {
    const { value, end } = evaluate(text, 1, functions);
    if (end !== text.length) throw new TemplateFault(`more than one expression in ${text}`);
    return value;
  }
  let made = "";
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf("@{", at);
    if (next === -1) return made + text.slice(at);
    const { value, end } = evaluate(text, next + 2, functions);
    if (text[end] !== "}") throw new TemplateFault(`no } at ${end} of ${text}`);
    made += text.slice(at, next) + (typeof value === "string" ? value : JSON.stringify(value));
    at = end + 1;
  }
  return made;
}

function only(held: unknown, what: string): [string, Raw] {
  const entries = Object.entries((held ?? {}) as Record<string, Raw>);
  const [entry] = entries;
  if (!entry || entries.length > 1) throw new TemplateFault(`${entries.length} ${what}s; one is known here`);
  return entry;
}

function hides(held: Raw, what: string): boolean {
  const secure = (held.runtimeConfiguration as { secureData?: { properties?: string[] } } | undefined)
    ?.secureData;
  return secure?.properties?.includes(what) ?? false;
}

function startedFromOutside(trigger: Raw): null {
  if (["Request", "ApiConnectionWebhook"].includes(String(trigger.type))) return null;
  throw new TemplateFault(`a trigger of the type ${String(trigger.type)}`);
}

function intervalOf({ frequency, interval }: Raw): number {
  const units: Record<string, number> = { Second: 1_000, Minute: 60_000, Hour: 3_600_000, Day: 86_400_000 };
  const unit = units[String(frequency)];
  if (!unit || !(Number(interval) >= 1)) throw new TemplateFault("a recurrence that is not known here");
  return unit * Number(interval);
}

function readParameters(definition: Raw, given: Raw): Map<string, unknown> {
  const declared = (definition.parameters ?? {}) as Record<string, Raw>;
  const stray = Object.keys(given).find((name) => !(name in declared));
  if (stray) throw new TemplateFault(`The definition has no parameter ${stray}.`);
  return new Map(
    Object.entries(declared).map(([name, parameter]) => {
      const held = given[name];
      if (isObject(held) && "value" in held) return [name, held.value];
      if ("defaultValue" in parameter) return [name, parameter.defaultValue];
      throw new TemplateFault(`The workflow parameter ${name} has no value.`);
    }),
  );
}
