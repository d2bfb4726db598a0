import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { apiApp, subscriptions } from "./azure/directory.ts";
import { isHeartbeat, subscriptionId, template, useAutomation } from "#test/automation.ts";
import { eventually } from "#test/logic-app-receiver.ts";

const { control, appToken, arm, receiver, deliveries, runs, deploy, addAlert } = useAutomation();
const { received, answerWith } = receiver;

describe("a deployment", () => {
  beforeEach(() => control("POST", "/settings", { logicAppTimeScale: 0.01 }));

  it("shows an admin of Azure the portal's answer and never the secret", async () => {
    const deployed = await deploy();
    answerWith({ status: 200 }, { status: 200, text: JSON.stringify({ message: "stored, delivery 018f" }) });
    await eventually(() => received.some(isHeartbeat));
    await addAlert();
    const [run] = await eventually(async () => (await runs()).filter(({ status }) => status === "Succeeded"));
    expect(run).toMatchObject({
      trigger: { outputs: "(secured)" },
      action: {
        inputs: "(secured)",
        outputs: { statusCode: 200, body: { message: "stored, delivery 018f" } },
      },
    });
    expect(deployed).toMatchObject({ parameters: { pocketsocWebhookUrl: null }, outputs: {} });
    const { access_token } = (await appToken(apiApp)).body;
    const automations = `${subscriptionId}/providers/Microsoft.Security/automations?api-version=2023-12-01-preview`;
    const visible = [
      await control("GET", "/runs"),
      await control("GET", "/deployments"),
      (await arm(access_token, automations)).body,
    ];
    expect(JSON.stringify(visible)).not.toContain("CANARY");
    expect(JSON.stringify(visible)).not.toContain("sig=");
  });

  it("has an automation that is listed in its subscription, and as disabled when it is", async () => {
    await deploy({ severities: ["High"] });
    const { access_token } = (await appToken(apiApp)).body;
    const list = async (id: string) => {
      const address = `${id}/providers/Microsoft.Security/automations?api-version=2023-12-01-preview`;
      return ((await arm(access_token, address)).body as { value: unknown[] }).value;
    };
    const workflow = `/subscriptions/${subscriptionId}/resourceGroups/rg-pocketsoc/providers/Microsoft.Logic/workflows/pocketsoc-defender-alerts`;
    const rule = {
      propertyJPath: "Severity",
      propertyType: "String",
      expectedValue: "High",
      operator: "Equals",
    };
    expect(await list(subscriptionId)).toMatchObject([
      {
        name: "pocketsoc-push-notifications",
        type: "Microsoft.Security/automations",
        properties: {
          isEnabled: true,
          scopes: [{ scopePath: `/subscriptions/${subscriptionId}` }],
          sources: [{ eventSource: "Alerts", ruleSets: [{ rules: [rule] }] }],
          actions: [{ actionType: "LogicApp", logicAppResourceId: workflow }],
        },
      },
    ]);
    expect(await list(subscriptions.development)).toEqual([]);
    await control("POST", "/settings", { disableAutomation: true });
    expect(await list(subscriptionId)).toMatchObject([{ properties: { isEnabled: false } }]);
    await addAlert();
    // a delivery would arrive within this time
    await pause(100);
    expect(deliveries()).toEqual([]);
  });
});

describe("a deployment that Azure would refuse", () => {
  const url = "https://portal.example/api/webhooks/azure-logic-app/x";
  it.each([
    ["without the webhook's address", { pocketsocWebhookUrl: undefined }, "has no value"],
    [
      "with an unknown severity",
      { severities: ["High", "Grave"] },
      "allows High, Medium, Low, Informational",
    ],
    ["with no severity", { severities: [] }, "at least 1"],
    ["with an unknown parameter", { webhook: url }, "no parameter webhook"],
  ])("is refused %s", async (_name, parameters, reason) => {
    expect(await deploy(parameters)).toEqual({ error: expect.stringContaining(reason) as string });
    expect(await control("GET", "/deployments")).toEqual([]);
  });

  it.each([
    ["an unknown function", "[concat(subscription().id)]", "[guid(subscription().id)]", "function guid"],
    ["another resource", "Microsoft.Security/automations", "Microsoft.Security/pricings", "isn't supported"],
    ["another version", "2023-12-01-preview", "2019-01-01-preview", "isn't supported"],
  ])("is refused with %s", async (_name, from, to, reason) => {
    const text = JSON.stringify(template).replaceAll("[subscription().id]", "[concat(subscription().id)]");
    const changed = JSON.parse(text.replaceAll(from, to)) as object;
    expect(await deploy({}, changed)).toEqual({ error: expect.stringContaining(reason) as string });
  });
});
