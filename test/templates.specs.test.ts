import { describe, expect, it } from "vitest";
import { offences } from "./azure-specs.ts";
import { automation, forwarder, heartbeat, logicApp, type Raw } from "./template-files.ts";

const specs = process.env.AZURE_SPECS_DIR;
describe.skipIf(!specs)("the templates, by the specifications in AZURE_SPECS_DIR", () => {
  const logic = "Microsoft.Logic/2019-05-01/logic.json";
  const security = "Microsoft.Security/preview/2023-12-01-preview/automations.json";
  const bodyOf = (resource: object | undefined) => {
    const { apiVersion: _version, dependsOn: _order, ...body } = resource as Raw;
    return body;
  };

  it.each([
    ["forwarder", forwarder],
    ["heartbeat", heartbeat],
    ["Logic App of Option B", { location: "westeurope", properties: logicApp }],
  ])("the %s is a workflow", (_name, resource) => {
    expect(offences(specs ?? "", logic, "Workflow", bodyOf(resource))).toEqual([]);
  });

  it("the automation is valid, and its action starts a Logic App", () => {
    const { properties, ...body } = bodyOf(automation);
    const { actions, ...rest } = properties as { actions: Raw[] } & Raw;
    expect(offences(specs ?? "", security, "Automation", { ...body, properties: rest })).toEqual([]);
    for (const action of actions)
      expect(offences(specs ?? "", security, "AutomationActionLogicApp", action)).toEqual([]);
  });

  it("misspelt and misplaced keys are reported", () => {
    const wrong = { ...bodyOf(automation), properties: { isEnabled: "yes", scope: [] } };
    const found = offences(specs ?? "", security, "Automation", wrong);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringContaining("/properties/isEnabled must be boolean"),
        "/properties/scope is not known",
      ]),
    );
  });
});
