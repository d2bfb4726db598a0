import { describe, expect, it } from "vitest";
import { settings } from "./settings.ts";

const own = {
  AZURE_AUTHORITY_HOST: "https://login.stack.example/",
  AZURE_RESOURCE_MANAGER_ENDPOINT: "https://management.stack.example:8443",
};

describe("an operator's own Azure", () => {
  it.each([
    ["nothing is set", {}],
    ["only the portal is named", { AZURE_PORTAL_URL: "https://portal.stack.example" }],
  ])("is none where %s", (_when, values) => {
    expect(settings.read(values)).toEqual({ cloud: null, problems: [] });
  });

  it("is one cloud in the place of all, with the public one's where nothing is named", () => {
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
  ])("refuses %s=%s", (name, value) => {
    const { cloud, problems } = settings.read({ ...own, [name]: value });
    expect([cloud, problems.map((one) => one.name)]).toEqual([null, [name]]);
  });
});
