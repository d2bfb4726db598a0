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
/** The functions that a Bicep file may call. */
type BicepFunctions = Record<string, (...args: unknown[]) => unknown>;

/**
 * Evaluates the parameters and resources of a Bicep file. Supports only the part of the language that our file uses. Names
 * and types aren't checked, so `bicep build` may refuse a file that is accepted here.
 */
// long: its parts share the values evaluated so far
export function readBicep(text: string, given: Record<string, unknown>, functions: BicepFunctions) {
  const statements = parseBicep(text);
  const values = new Map<string, () => unknown>();
  const parameters: Record<string, BicepParameter> = {};
  const ids = new Map<string, string>();
  let touched = new Set<string>();

  function evaluate(node: BicepNode, local = new Map<string, unknown>()): unknown {
    switch (node.kind) {
      case "value":
        return node.value;
      case "text":
        return node.parts
          .map((part) => (typeof part === "string" ? part : String(evaluate(part, local))))
          .join("");
      case "list":
        return node.items.map((item) => evaluate(item, local));
      case "object":
        return Object.fromEntries(node.entries.map(([key, entry]) => [key, evaluate(entry, local)]));
      case "loop":
        return (evaluate(node.over, local) as unknown[]).map((item) =>
          evaluate(node.each, new Map([...local, [node.name, item]])),
        );
      case "call": {
        const called = functions[node.name];
        if (!called) throw new Error(`the function ${node.name} is not read here`);
        return called(...node.args.map((arg) => evaluate(arg, local)));
      }
      case "member":
        return (evaluate(node.of, local) as Record<string, unknown>)[node.name];
      case "name": {
        if (local.has(node.name)) return local.get(node.name);
        if (ids.has(node.name)) touched.add(node.name);
        const value = values.get(node.name);
        if (!value) throw new Error(`nothing is called ${node.name}`);
        return value();
      }
    }
  }

  for (const statement of statements) {
    if (statement.kind === "var") values.set(statement.name, () => evaluate(statement.value));
    if (statement.kind !== "param") continue;
    const decorator = (name: string) => statement.decorators.find((found) => found.name === name);
    const argument = (name: string) => decorator(name)?.args.map((arg) => evaluate(arg))[0];
    const fallback = statement.fallback ? evaluate(statement.fallback) : undefined;
    parameters[statement.name] = {
      type: statement.type,
      secure: decorator("secure") !== undefined,
      defaultValue: fallback,
      allowedValues: argument("allowed"),
      minLength: argument("minLength"),
      description: argument("description"),
    };
    values.set(statement.name, () => (statement.name in given ? given[statement.name] : fallback));
  }
  const resources: BicepResource[] = [];
  for (const statement of statements) {
    if (statement.kind !== "resource") continue;
    touched = new Set();
    const body = evaluate(statement.body) as Record<string, unknown>;
    const [type = "", apiVersion = ""] = statement.type.split("@");
    const id = String(functions.resourceId?.(type, body.name));
    const dependsOn = [...touched].map((symbol) => ids.get(symbol));
    ids.set(statement.name, id);
    values.set(statement.name, () => ({ id, name: body.name, type, apiVersion }));
    resources.push({ type, apiVersion, ...body, ...(dependsOn.length > 0 ? { dependsOn } : {}), id });
  }
  return { parameters, resources };
}
