import { describe, expect, it } from "vitest";
import { commonFunctions, evaluate, TemplateFault } from "./expressions.ts";
import { readRetryPolicy, retryDelayMs } from "./retry.ts";
import { resolveTemplate } from "./template.ts";
import { evaluateInputs, readWorkflow } from "./workflow.ts";

const functions = { ...commonFunctions, held: () => ({ name: "a", list: ["x", "y"] }), none: () => null };
const value = (text: string) => evaluate(text, 0, functions).value;

describe("expressions", () => {
  it.each([
    ["'it''s'", "it's"],
    ["concat('a', 1, 'b')", "a1b"],
    ["held().list[1]", "y"],
    ["held()['name']", "a"],
    ["none()?['name']?.more", null],
    ["last(split(trim(' https://h/a/b '), '/'))", "b"],
    ["substring('https://h/a/b', 0, lastIndexOf('https://h/a/b', '/'))", "https://h/a"],
  ])("%s", (text, wanted) => expect(value(text)).toEqual(wanted));

  it.each(["guid('x')", "held().missing", "none()['name']", "concat(none())", "'open", "name", "concat('a'"])(
    "%s is refused",
    (text) => expect(() => value(text)).toThrow(TemplateFault),
  );
});

it("a template's text that only looks like an expression stays text", () => {
  const place = {
    subscriptionId: "s",
    subscriptionName: "S",
    tenantId: "t",
    resourceGroup: "g",
    location: "l",
  };
  const resource = {
    type: "A.B/c",
    apiVersion: "1",
    name: "[concat('n', 1)]",
    location: "[resourceGroup().location]",
    properties: { a: "[[not this]", b: "nor [this]", c: "[resourceId('A.B/c/d', 'x', 'y')]" },
  };
  expect(resolveTemplate({ resources: [resource] }, {}, place).resources).toEqual([
    {
      ...resource,
      id: "/subscriptions/s/resourceGroups/g/providers/A.B/c/n1",
      name: "n1",
      location: "l",
      properties: {
        a: "[not this]",
        b: "nor [this]",
        c: "/subscriptions/s/resourceGroups/g/providers/A.B/c/x/d/y",
      },
    },
  ]);
});

describe("a workflow", () => {
  const definition = (inputs: object, action: object = {}, trigger: object = { type: "Request" }) => ({
    definition: {
      parameters: { secret: { type: "securestring" } },
      triggers: { t: trigger },
      actions: { a: { type: "Http", inputs, ...action } },
    },
    parameters: { secret: { value: "s" } },
  });

  it("has its expressions evaluated in texts, alone, and left where they are escaped", () => {
    const inputs = {
      a: "x@{parameters('secret')}y@{triggerBody()?['n']}",
      b: "@triggerBody()",
      c: "@@no",
      d: "a@b",
    };
    expect(evaluateInputs(readWorkflow(definition(inputs)), { n: 1 })).toEqual({
      a: "xsy1",
      b: { n: 1 },
      c: "@no",
      d: "a@b",
    });
  });

  it.each([
    ["another action", definition({}, { type: "Compose" })],
    ["another trigger", definition({}, {}, { type: "Batch" })],
    ["another retry policy", definition({ retryPolicy: { type: "fixed" } })],
    ["no value for a parameter", { ...definition({}), parameters: {} }],
  ])("with %s is refused", (_name, properties) => {
    expect(() => readWorkflow(properties)).toThrow(TemplateFault);
  });
});

describe("the retry policy", () => {
  const policy = readRetryPolicy({
    type: "exponential",
    count: 12,
    interval: "PT15S",
    minimumInterval: "PT15S",
    maximumInterval: "PT15M",
  });

  it("waits within ranges that double, up to the maximum", () => {
    const ranges = Array.from({ length: 12 }, (_, index) =>
      [0, 1].map((random) => retryDelayMs(policy, index + 1, random) / 1_000),
    );
    expect(ranges.slice(0, 3)).toEqual([
      [15, 15],
      [15, 30],
      [30, 60],
    ]);
    expect(ranges[11]).toEqual([900, 900]);
  });

  it.each([
    { count: 91 },
    { minimumInterval: "PT1S" },
    { minimumInterval: "PT20S" },
    { maximumInterval: "PT10S" },
  ])("is held to Azure's limits: %j", (wrong) => {
    const raw = { type: "exponential", count: 4, interval: "PT15S", ...wrong };
    expect(() => readRetryPolicy(raw)).toThrow(TemplateFault);
  });
});
