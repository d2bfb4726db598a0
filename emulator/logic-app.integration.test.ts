import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { apiApp, subscriptions } from "./azure/directory.ts";
import { canary, isHeartbeat, subscriptionId, template, useAutomation } from "#test/automation.ts";
import { eventually } from "#test/logic-app-receiver.ts";

const { control, appToken, arm, receiver, deliveries, runs, deploy, addAlert } = useAutomation();
const { received, answerWith } = receiver;

describe("the deployed template", () => {
  // a quarter of an hour becomes nine seconds, 15 seconds become 150 ms
  beforeEach(() => control("POST", "/settings", { logicAppTimeScale: 0.01 }));

  it("delivers an alert at once, with the token in a header and not in the address", async () => {
    await deploy();
    const name = await addAlert({ correlationKey: "", status: "Active" });
    const delivery = await eventually(() => deliveries()[0]);
    expect(delivery.path).toBe("/api/webhooks/azure-logic-app");
    expect(delivery.headers).toMatchObject({
      authorization: `Bearer ${canary}`,
      "content-type": "application/json",
    });
    expect(delivery.body).toMatchObject({
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
    expect(delivery.body.AlertUri).toMatch(
      new RegExp(
        `/AlertBlade/alertId/${name}/subscriptionId/${subscriptionId}/resourceGroup/[^/]+/.*/location/centralus$`,
      ),
    );
    expect(delivery.body).not.toHaveProperty("id");
  });

  it("sends High and Medium, and Low when the parameter says so", async () => {
    await deploy();
    for (const severity of ["Low", "Informational", "Medium", "High"]) await addAlert({ severity });
    await eventually(() => deliveries().length === 2);
    // a further delivery would arrive within this time
    await pause(100);
    expect(deliveries().map(({ body }) => body.Severity)).toEqual(["Medium", "High"]);
    await deploy({ severities: ["Low"] });
    for (const severity of ["Low", "High"]) await addAlert({ severity });
    await eventually(() => deliveries().length === 3);
    expect(deliveries()[2]?.body.Severity).toBe("Low");
  });

  it("sends no alerts of another subscription", async () => {
    await deploy();
    await addAlert({}, subscriptions.development);
    await addAlert();
    await eventually(() => deliveries().length === 1);
    // a further delivery would arrive within this time
    await pause(100);
    expect(deliveries()).toHaveLength(1);
  });

  it("retries with the same body after a 503, a 429, a 408 and a lost connection, and respects Retry-After", async () => {
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
    await eventually(() => deliveries().length === 5);
    // a hundredth of 40 s, 15 to 30 s, 30 to 60 s and 60 to 120 s
    expect(performance.now() - begun).toBeGreaterThan(1_400);
    expect(new Set(deliveries().map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const [run] = await eventually(async () => (await runs()).filter(({ status }) => status === "Succeeded"));
    expect(run?.action.attempts.map(({ status }) => status)).toEqual([503, 429, 408, null, 200]);
    expect(deliveries()[0]?.body.SystemAlertId).toBe(name);
  });

  it.each([404, 401, 413, 302])("fails at once on %i, without a retry or a redirect", async (status) => {
    await deploy();
    await eventually(() => received.some(isHeartbeat));
    answerWith({ status, headers: { location: `${receiver.url()}/elsewhere` } });
    await addAlert();
    const [run] = await eventually(async () => {
      const ended = (await runs()).filter((candidate) => candidate.status !== "Running");
      return ended.length > 0 && ended;
    });
    // a retry, or the request after a redirect, would arrive within this time
    await pause(300);
    expect(run).toMatchObject({ status: "Failed", action: { attempts: [{ status }] } });
    expect(deliveries()).toHaveLength(1);
  });

  it("succeeds on a 202, where the asynchronous pattern would wait for the end", async () => {
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

  it("sends heartbeats that name the subscription, until it is deleted", async () => {
    await control("POST", "/settings", { logicAppTimeScale: 0.0002 });
    await deploy();
    const heartbeats = await eventually(
      () => received.filter(isHeartbeat).length >= 3 && received.filter(isHeartbeat),
    );
    expect(heartbeats[0]).toMatchObject({
      path: "/api/webhooks/azure-logic-app",
      headers: { authorization: `Bearer ${canary}` },
    });
    expect(heartbeats[0]?.body).toEqual({ pocketsoc: "heartbeat", version: 1, subscriptionId });
    await control("DELETE", "/deployments");
    // a heartbeat that is on its way still arrives
    await pause(50);
    const countAfterDeletion = received.length;
    // more than two intervals of the heartbeat
    await pause(500);
    expect(received).toHaveLength(countAfterDeletion);
  });

  it("has runs that can be lost, doubled and resubmitted", async () => {
    await deploy();
    await control("POST", "/settings", { dropWebhooks: true });
    await addAlert();
    expect(await runs()).toEqual([]);
    await control("POST", "/settings", { dropWebhooks: false, duplicateWebhooks: true });
    await addAlert();
    await eventually(() => deliveries().length === 2);
    const [run] = await runs();
    await control("POST", `/runs/${run?.id}/resubmit`);
    await eventually(() => deliveries().length === 3);
    expect(deliveries()[2]?.body).toEqual(deliveries()[0]?.body);
  });

  it("sends an alert when it is listed, or before that if a setting says so", async () => {
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
    await eventually(() => deliveries().length === 2);
    expect(await listed(late)).toBe(false);
    await eventually(() => listed(late));
  });
});
