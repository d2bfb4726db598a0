import { describe, expect, it } from "vitest";
import { mapStrings } from "../emulator/logic-app/expressions.ts";
import { callbackUrl } from "../emulator/logic-app/template.ts";
import { readBicep } from "./bicep.ts";
import { automationTemplate, canary, place, type Raw, read, resolved } from "./template-files.ts";

// read by our own reader, so this doesn't show that Microsoft's compiler accepts the file
describe("the Bicep form", () => {
  const subscription = { id: `/subscriptions/${place.subscriptionId}`, subscriptionId: place.subscriptionId };
  const group = `${subscription.id}/resourceGroups/${place.resourceGroup}`;
  const bicep = (given: Raw) =>
    readBicep(read("pocketsoc-defender-automation.bicep"), given, {
      subscription: () => subscription,
      resourceGroup: () => ({ location: place.location }),
      resourceId: (type, name) => `${group}/providers/${String(type)}/${String(name)}`,
      listCallbackUrl: (id) => ({ value: callbackUrl(String(id)) }),
    });

  it("has the parameters of the JSON", () => {
    const wanted = Object.entries(automationTemplate.parameters).map(([name, parameter]) => [
      name,
      {
        type: parameter.type === "securestring" ? "string" : parameter.type,
        secure: parameter.type === "securestring",
        defaultValue: mapStrings(parameter.defaultValue, (text) =>
          text === "[resourceGroup().location]" ? place.location : text,
        ),
        allowedValues: parameter.allowedValues,
        minLength: parameter.minLength,
        description: (parameter.metadata as Raw).description,
      },
    ]);
    expect(Object.entries(bicep({}).parameters)).toEqual(wanted);
  });

  it.each([
    {},
    { severities: ["Low", "Informational"], location: "northeurope" },
    { logicAppName: "a", heartbeatName: "b", automationName: "c" },
  ])("makes the resources of the JSON with %j", (more) => {
    const given = { pocketsocWebhookUrl: canary, ...more };
    expect(bicep(given).resources).toEqual(resolved(more).resources);
  });
});
