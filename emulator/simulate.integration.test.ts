import { describe, expect, it } from "vitest";
import { apiApp, readerApp, subscriptions } from "./azure/directory.ts";
import { personOf, useEmulator } from "#test/emulator.ts";
import { eventually } from "#test/logic-app-receiver.ts";

const { urls, control, appToken, arm, delegated } = useEmulator();
type ListedAlert = { id: string; name: string; properties: Record<string, string> };
const body = { properties: { kind: "Bundles", bundles: ["VirtualMachines"] } };
const simulate = (bearer: string, id: string, sent: object = body, version = "2022-01-01") =>
  arm(
    bearer,
    `${id}/providers/Microsoft.Security/locations/westeurope/alerts/default/simulate?api-version=${version}`,
    "POST",
    sent,
  );
const samples = async (id: string) =>
  ((await control("GET", `/alerts?subscriptionId=${id}`)) as ListedAlert[]).filter(({ id: alertId }) =>
    alertId.includes("/resourceGroups/Sample-RG/"),
  );

describe("sample alerts", () => {
  it("are accepted at once and raised later, marked as samples; an operation reports progress", async () => {
    await control("POST", "/settings", { sampleDelayMs: 200 });
    const { access_token } = (await appToken(apiApp)).body;
    const accepted = await simulate(access_token, subscriptions.production);
    expect(accepted.status).toBe(202);
    const follow = async (header: string) => {
      const address = accepted.headers.get(header) ?? "";
      return arm(access_token, address.slice(`${urls().armEndpoint}/subscriptions/`.length));
    };
    expect((await follow("azure-asyncoperation")).body).toMatchObject({ status: "InProgress" });
    expect((await follow("location")).status).toBe(202);
    expect(await samples(subscriptions.production)).toEqual([]);
    await eventually(
      async () => ((await follow("azure-asyncoperation")).body as { status: string }).status === "Succeeded",
    );
    expect((await follow("location")).status).toBe(204);
    const raised = await samples(subscriptions.production);
    expect(raised).toHaveLength(5);
    for (const { id, name, properties } of raised) {
      expect(id).toContain("/locations/westeurope/alerts/");
      expect(properties).toMatchObject({ systemAlertId: name, status: "Active" });
      expect(properties.alertType).toMatch(/^SIMULATED_/);
      expect(properties.alertDisplayName).toMatch(/^\[SAMPLE ALERT\] /);
      expect(properties.description).toMatch(/^THIS IS A SAMPLE ALERT: /);
      expect(properties.alertUri).toContain(`/alertId/${name}/subscriptionId/${subscriptions.production}/`);
      expect(properties.alertUri).toMatch(/\/resourceGroup\/Sample-RG\/.*\/location\/westeurope$/);
    }
  });

  it("are refused to Security Reader and Security Admin, and raised for Contributor", async () => {
    const { access_token } = (await appToken(apiApp)).body;
    expect(await simulate(access_token, subscriptions.development)).toMatchObject({
      status: 403,
      body: { error: { code: "AuthorizationFailed" } },
    });
    const reader = (await appToken(readerApp)).body.access_token;
    expect((await simulate(reader, subscriptions.production)).status).toBe(403);
    const person = (await delegated(personOf("admin"))).body.access_token;
    expect((await simulate(person, subscriptions.production)).status).toBe(202);
    await control("POST", "/roles", {
      principal: apiApp.clientId,
      subscriptionId: subscriptions.development,
      roles: ["Contributor"],
    });
    expect((await simulate(access_token, subscriptions.development)).status).toBe(202);
  });

  it("have no operation in version 2021-11-01, and are refused for unknown bundles", async () => {
    const { access_token } = (await appToken(apiApp)).body;
    const { production } = subscriptions;
    expect((await simulate(access_token, production, body, "2021-11-01")).status).toBe(204);
    for (const sent of [{}, { properties: { kind: "Bundles", bundles: ["Cheese"] } }, { properties: {} }])
      expect((await simulate(access_token, production, sent)).status).toBe(400);
  });
});

it("lists the locations with their ids", async () => {
  const { access_token } = (await appToken(readerApp)).body;
  const address = `${subscriptions.production}/providers/Microsoft.Security/locations?api-version=2015-06-01-preview`;
  const { value } = (await arm(access_token, address)).body as { value: unknown[] };
  expect(value).toContainEqual({
    id: `/subscriptions/${subscriptions.production}/providers/Microsoft.Security/locations/centralus`,
    name: "centralus",
    type: "Microsoft.Security/locations",
    properties: { homeRegionName: "centralus" },
  });
});
