import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { apiApp, subscriptions } from "./azure/directory.ts";
import { useEmulator } from "#test/emulator.ts";
import { eventually, type Received, useReceiver } from "#test/logic-app-receiver.ts";

const { control, appToken, arm } = useEmulator();
const receiver = useReceiver();
const { received, answerWith } = receiver;
const subscriptionId = subscriptions.production;
const canary = "CANARY-pst_0123456789abcdef";
const template = JSON.parse(
  readFileSync("public/templates/pocketsoc-defender-automation.json", "utf8"),
) as object;

type Run = {
  id: string;
  workflow: string;
  status: string;
  error: string | null;
  trigger: { outputs: unknown };
  action: { inputs: unknown; outputs: unknown; attempts: { status: number | null }[] };
};
const isHeartbeat = ({ body }: Received) => body.pocketsoc === "heartbeat";
const pushes = () => received.filter((one) => !isHeartbeat(one));
const runs = async () =>
  ((await control("GET", "/runs")) as Run[]).filter((one) => one.workflow === "pocketsoc-defender-alerts");
const deploy = (more: object = {}, changed: object = template) =>
  control("POST", "/deployments", {
    template: changed,
    subscriptionId,
    resourceGroup: "rg-pocketsoc",
    parameters: {
      pocketsocWebhookUrl: `${receiver.url()}/api/webhooks/azure-logic-app/${canary}`,
      ...more,
    },
  });
const addAlert = async (properties: object = {}, to = subscriptionId) => {
  const { names } = (await control("POST", "/alerts", { subscriptionId: to, properties })) as {
    names: string[];
  };
  return names[0] ?? "";
};

describe("the template, deployed", () => {
  // quarter of an hour becomes nine seconds, 15 seconds become 150 ms
  beforeEach(() => control("POST", "/settings", { logicAppTimeScale: 0.01 }));

  it("delivers an alert at once, with the token in a header and not in the address", async () => {
    await deploy();
    const name = await addAlert({ correlationKey: "", status: "Active" });
    const push = await eventually(() => pushes()[0]);
    expect(push.path).toBe("/api/webhooks/azure-logic-app");
    expect(push.headers).toMatchObject({
      authorization: `Bearer ${canary}`,
      "content-type": "application/json",
    });
    expect(push.body).toMatchObject({
      SystemAlertId: name,
      Status: "New",
      Severity: "High",
      ConfidenceScore: null,
      CorrelationKey: null,
      ExtendedLinks: null,
      ResourceIdentifiers: [
        { $id: "1", Type: "AzureResource" },
        { $id: "2", Type: "AAD" },
      ],
      Entities: [
        { $id: "3", HostName: "vm-pay-01", Type: "host" },
        { $id: "4" },
        { $id: "5", Host: { $ref: "3" } },
        {},
      ],
      ExtendedProperties: { ProductComponentName: "Servers", "Client IP Address": "198.51.100.1" },
    });
    expect(push.body.AlertUri).toMatch(
      new RegExp(
        `/AlertBlade/alertId/${name}/subscriptionId/${subscriptionId}/resourceGroup/[^/]+/.*/location/centralus$`,
      ),
    );
    expect(push.body).not.toHaveProperty("id");
  });

  it("sends High and Medium, and Low when the parameter says so", async () => {
    await deploy();
    for (const severity of ["Low", "Informational", "Medium", "High"]) await addAlert({ severity });
    await eventually(() => pushes().length === 2);
    await pause(100);
    expect(pushes().map(({ body }) => body.Severity)).toEqual(["Medium", "High"]);
    await deploy({ severities: ["Low"] });
    for (const severity of ["Low", "High"]) await addAlert({ severity });
    await eventually(() => pushes().length === 3);
    expect(pushes()[2]?.body.Severity).toBe("Low");
  });

  it("says nothing of another subscription's alerts", async () => {
    await deploy();
    await addAlert({}, subscriptions.development);
    await addAlert();
    await eventually(() => pushes().length === 1);
    await pause(100);
    expect(pushes()).toHaveLength(1);
  });

  it("asks again after a 503, a 429, a 408 and a line that is cut, with the same body, and heeds Retry-After", async () => {
    await deploy();
    await eventually(() => received.some(isHeartbeat));
    answerWith(
      { status: 503, headers: { "retry-after": "40" } },
      { status: 429 },
      { status: 408 },
      { status: 0 },
    );
    const begun = performance.now();
    const name = await addAlert();
    await eventually(() => pushes().length === 5);
    // 40 s, 15 to 30 s, 30 to 60 s and 60 to 120 s, of which a hundredth
    expect(performance.now() - begun).toBeGreaterThan(1_400);
    expect(new Set(pushes().map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const [run] = await eventually(async () => (await runs()).filter((one) => one.status === "Succeeded"));
    expect(run?.action.attempts.map((one) => one.status)).toEqual([503, 429, 408, null, 200]);
    expect(pushes()[0]?.body.SystemAlertId).toBe(name);
  });

  it.each([404, 401, 413, 302])("fails at once on %i, without asking again or elsewhere", async (status) => {
    await deploy();
    await eventually(() => received.some(isHeartbeat));
    answerWith({ status, headers: { location: `${receiver.url()}/elsewhere` } });
    await addAlert();
    const [run] = await eventually(async () => {
      const ended = (await runs()).filter((one) => one.status !== "Running");
      return ended.length > 0 && ended;
    });
    await pause(300);
    expect(run).toMatchObject({ status: "Failed", action: { attempts: [{ status }] } });
    expect(pushes()).toHaveLength(1);
  });

  it("takes a 202 for an answer, where another definition would wait for an end", async () => {
    await deploy();
    await eventually(() => received.some(isHeartbeat));
    answerWith({ status: 202 });
    await addAlert();
    const status = async () => (await runs())[0]?.status;
    expect(await eventually(async () => (await status()) !== "Running" && status())).toBe("Succeeded");
    await control("DELETE", "/deployments");
    received.length = 0;
    await deploy({}, JSON.parse(JSON.stringify(template).replaceAll("DisableAsyncPattern", "")) as object);
    await eventually(() => received.some(isHeartbeat));
    answerWith({ status: 202 });
    await addAlert();
    expect(await eventually(async () => (await status()) !== "Running" && status())).toBe("Waiting");
  });

  it("sends a heartbeat that names its subscription, and again and again", async () => {
    await control("POST", "/settings", { logicAppTimeScale: 0.0002 });
    await deploy();
    const beats = await eventually(
      () => received.filter(isHeartbeat).length >= 3 && received.filter(isHeartbeat),
    );
    expect(beats[0]).toMatchObject({
      path: "/api/webhooks/azure-logic-app",
      headers: { authorization: `Bearer ${canary}` },
    });
    expect(beats[0]?.body).toEqual({ pocketsoc: "heartbeat", version: 1, subscriptionId });
    await control("DELETE", "/deployments");
    await pause(50);
    const told = received.length;
    await pause(500);
    expect(received).toHaveLength(told);
  });

  it("shows an admin of Azure our answer, and nothing of the secret", async () => {
    const deployed = await deploy();
    answerWith({ status: 200 }, { status: 200, text: JSON.stringify({ message: "stored, delivery 018f" }) });
    await eventually(() => received.some(isHeartbeat));
    await addAlert();
    const [run] = await eventually(async () => (await runs()).filter((one) => one.status === "Succeeded"));
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
    const seen = [
      await control("GET", "/runs"),
      await control("GET", "/deployments"),
      (await arm(access_token, automations)).body,
    ];
    expect(JSON.stringify(seen)).not.toContain("CANARY");
    expect(JSON.stringify(seen)).not.toContain("sig=");
  });

  it("lists the automation, in the subscription that it is in, and as disabled when it is", async () => {
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
    await pause(100);
    expect(pushes()).toEqual([]);
  });

  it("loses runs, doubles them and starts them again by hand when told to", async () => {
    await deploy();
    await control("POST", "/settings", { dropWebhooks: true });
    await addAlert();
    expect(await runs()).toEqual([]);
    await control("POST", "/settings", { dropWebhooks: false, duplicateWebhooks: true });
    await addAlert();
    await eventually(() => pushes().length === 2);
    const [run] = await runs();
    await control("POST", `/runs/${run?.id}/resubmit`);
    await eventually(() => pushes().length === 3);
    expect(pushes()[2]?.body).toEqual(pushes()[0]?.body);
  });

  it("pushes at the moment that the alert is listed, or long before, as it is told", async () => {
    const { access_token } = (await appToken(apiApp)).body;
    const listed = async (name: string) => {
      const address = `${subscriptionId}/providers/Microsoft.Security/alerts?api-version=2022-01-01`;
      return JSON.stringify((await arm(access_token, address)).body).includes(name);
    };
    await control("POST", "/settings", { pageSize: 1_000 });
    await deploy();
    expect(await listed(await addAlert())).toBe(true);
    await control("POST", "/settings", { listDelayMs: 400 });
    const late = await addAlert();
    await eventually(() => pushes().length === 2);
    expect(await listed(late)).toBe(false);
    await eventually(() => listed(late));
  });
});

describe("a deployment that Azure would refuse", () => {
  const url = "https://portal.example/api/webhooks/azure-logic-app/x";
  it.each([
    ["without the webhook's address", { pocketsocWebhookUrl: undefined }, "has no value"],
    [
      "with a severity that isn't one",
      { severities: ["High", "Grave"] },
      "allows High, Medium, Low, Informational",
    ],
    ["with no severity", { severities: [] }, "at least 1"],
    ["with an unknown parameter", { webhook: url }, "no parameter webhook"],
  ])("%s", async (_name, parameters, reason) => {
    expect(await deploy(parameters)).toEqual({ error: expect.stringContaining(reason) as string });
    expect(await control("GET", "/deployments")).toEqual([]);
  });

  it.each([
    [
      "a function that isn't known",
      "[concat(subscription().id)]",
      "[guid(subscription().id)]",
      "function guid",
    ],
    ["another resource", "Microsoft.Security/automations", "Microsoft.Security/pricings", "not known here"],
    ["another version", "2023-12-01-preview", "2019-01-01-preview", "not known here"],
  ])("with %s, which is never guessed", async (_name, from, to, reason) => {
    const text = JSON.stringify(template).replaceAll("[subscription().id]", "[concat(subscription().id)]");
    const changed = JSON.parse(text.replaceAll(from, to)) as object;
    expect(await deploy({}, changed)).toEqual({ error: expect.stringContaining(reason) as string });
  });
});
