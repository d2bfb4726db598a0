import { type BicepNode, parseBicep } from "./bicep-syntax.ts";

type BicepParameter = {
  type: string;
  secure: boolean;
  defaultValue?: unknown;
  allowedValues?: unknown;
  minLength?: unknown;
  description?: unknown;
};
type BicepResource = Record<string, unknown> & { type: string; apiVersion: string; id: string };
/** What a Bicep file may call: the same functions that the JSON beside it may. */
type BicepFunctions = Record<string, (...args: unknown[]) => unknown>;

/**
 * Reads the subset of Bicep that our one file is written in, and works out its parameters and resources. It is no
 * compiler: it checks no types and no names against Azure's, so that a real `bicep build` may refuse what this reads.
 */
// long: its parts share the values that are worked out so far
export function readBicep(text: string, given: Record<string, unknown>, functions: BicepFunctions) {
  const statements = parseBicep(text);
  const values = new Map<string, () => unknown>();
  const parameters: Record<string, BicepParameter> = {};
  const ids = new Map<string, string>();
  let touched = new Set<string>();

  function work(node: BicepNode, local = new Map<string, unknown>()): unknown {
    switch (node.kind) {
      case "value":
        return node.value;
      case "text":
        return node.parts
          .map((part) => (typeof part === "string" ? part : String(work(part, local))))
          .join("");
      case "list":
        return node.items.map((one) => work(one, local));
      case "object":
        return Object.fromEntries(node.entries.map(([key, one]) => [key, work(one, local)]));
      case "loop":
        return (work(node.over, local) as unknown[]).map((one) =>
          work(node.each, new Map([...local, [node.name, one]])),
        );
      case "call": {
        const called = functions[node.name];
        if (!called) throw new Error(`the function ${node.name} is not read here`);
        return called(...node.args.map((one) => work(one, local)));
      }
      case "member":
        return (work(node.of, local) as Record<string, unknown>)[node.name];
      case "name": {
        if (local.has(node.name)) return local.get(node.name);
        if (ids.has(node.name)) touched.add(node.name);
        const value = values.get(node.name);
        if (!value) throw new Error(`nothing is called ${node.name}`);
        return value();
      }
    }
  }

  for (const one of statements) {
    if (one.kind === "var") values.set(one.name, () => work(one.value));
    if (one.kind !== "param") continue;
    const decorator = (name: string) => one.decorators.find((each) => each.name === name);
    const argument = (name: string) => decorator(name)?.args.map((each) => work(each))[0];
    const fallback = one.fallback ? work(one.fallback) : undefined;
    parameters[one.name] = {
      type: one.type,
      secure: decorator("secure") !== undefined,
      defaultValue: fallback,
      allowedValues: argument("allowed"),
      minLength: argument("minLength"),
      description: argument("description"),
    };
    values.set(one.name, () => (one.name in given ? given[one.name] : fallback));
  }
  const resources: BicepResource[] = [];
  for (const one of statements) {
    if (one.kind !== "resource") continue;
    touched = new Set();
    const body = work(one.body) as Record<string, unknown>;
    const [type = "", apiVersion = ""] = one.type.split("@");
    const id = String(functions.resourceId?.(type, body.name));
    const dependsOn = [...touched].map((symbol) => ids.get(symbol));
    ids.set(one.name, id);
    values.set(one.name, () => ({ id, name: body.name, type, apiVersion }));
    resources.push({ type, apiVersion, ...body, ...(dependsOn.length > 0 ? { dependsOn } : {}), id });
  }
  return { parameters, resources };
}
