import { describe, expect, it } from "vitest";
import { commonFunctions, evaluate, TemplateFault } from "./expressions.ts";
import { readRetryPolicy, retryDelayMs } from "./retry.ts";
import { resolveTemplate } from "./template.ts";
import { evaluateInputs, readWorkflow } from "./workflow.ts";

const functions = { ...commonFunctions, pair: () => ({ name: "a", list: ["x", "y"] }), none: () => null };
const value = (text: string) => evaluate(text, 0, functions).value;

describe("expressions", () => {
  it.each([
    ["'it''s'", "it's"],
    ["concat('a', 1, 'b')", "a1b"],
    ["pair().list[1]", "y"],
    ["pair()['name']", "a"],
    ["none()?['name']?.more", null],
    ["last(split(trim(' https://h/a/b '), '/'))", "b"],
    ["substring('https://h/a/b', 0, lastIndexOf('https://h/a/b', '/'))", "https://h/a"],
  ])("are evaluated: %s", (text, expected) => expect(value(text)).toEqual(expected));

  it.each(["guid('x')", "pair().missing", "none()['name']", "concat(none())", "'open", "name", "concat('a'"])(
    "are refused: %s",
    (text) => expect(() => value(text)).toThrow(TemplateFault),
  );
});

it("leaves text that only looks like an expression as it is", () => {
  const target = {
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
  expect(resolveTemplate({ resources: [resource] }, {}, target).resources).toEqual([
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

  it("evaluates expressions alone and within text, and leaves escaped ones", () => {
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
  ])("is refused with %s", (_name, properties) => {
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

  it("waits a time from ranges that double, up to the maximum", () => {
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
  ])("is refused beyond Azure's limits: %j", (wrong) => {
    const raw = { type: "exponential", count: 4, interval: "PT15S", ...wrong };
    expect(() => readRetryPolicy(raw)).toThrow(TemplateFault);
  });
});
