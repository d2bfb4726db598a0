import { describe, expect, it } from "vitest";
import { settings } from "./settings.ts";

const own = {
  AZURE_AUTHORITY_HOST: "https://login.stack.example/",
  AZURE_RESOURCE_MANAGER_ENDPOINT: "https://management.stack.example:8443",
};

describe("an operator's own Azure cloud", () => {
  it.each([
    ["nothing is set", {}],
    ["only the portal is named", { AZURE_PORTAL_URL: "https://portal.stack.example" }],
  ])("is null if %s", (_when, values) => {
    expect(settings.read(values)).toEqual({ cloud: null, problems: [] });
  });

  it("replaces all clouds and defaults to the public cloud's addresses", () => {
    expect(settings.read(own)).toEqual({
      cloud: {
        id: "custom",
        label: "management.stack.example:8443",
        consoleUrl: "https://portal.azure.com",
        endpoints: {
          authorityHost: "https://login.stack.example",
          resourceManager: "https://management.stack.example:8443",
        },
      },
      problems: [],
    });
  });

  it.each([
    ["AZURE_AUTHORITY_HOST", "http://localhost:9443"],
    ["AZURE_RESOURCE_MANAGER_ENDPOINT", "https://management.azure.com@evil.example/"],
    ["AZURE_RESOURCE_MANAGER_ENDPOINT", "https://management.azure.com/subscriptions"],
    ["AZURE_PORTAL_URL", "portal.azure.com"],
  ])("rejects %s=%s", (name, value) => {
    const { cloud, problems } = settings.read({ ...own, [name]: value });
    expect([cloud, problems.map((problem) => problem.name)]).toEqual([null, [name]]);
  });
});
