import { describe, expect, it } from "vitest";
import { callbackUrl } from "../emulator/logic-app/template.ts";
import nextConfig from "../next.config.ts";
import { config as proxyConfig } from "../proxy.ts";
import {
  automation,
  automationTemplate,
  automationText,
  definitionOf,
  definitions,
  forwarder,
  heartbeat,
  logicApp,
  place,
  type Raw,
  resolved,
} from "./template-files.ts";

/** Returns the paths of all texts within `value` that contain `word`. */
function placesOf(word: string, value: unknown, path = ""): string[] {
  if (typeof value === "string") return value.includes(word) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => placesOf(word, inner, `${path}/${key}`));
}

describe("the secret", () => {
  it("is one securestring without a default", () => {
    expect(automationTemplate.parameters.pocketsocWebhookUrl).toEqual({
      type: "securestring",
      metadata: { description: expect.any(String) as string },
    });
  });

  it("appears only in secure workflow parameters", () => {
    const { resources, outputs, visibleParameters } = resolved();
    expect(placesOf("CANARY", { resources, outputs, visibleParameters })).toEqual([
      "/resources/0/properties/parameters/webhookUrl/value",
      "/resources/1/properties/parameters/webhookUrl/value",
    ]);
    expect(placesOf("pocketsocWebhookUrl", automationTemplate)).toHaveLength(2);
  });

  it("includes the Logic App's own address, which only the automation gets and no output", () => {
    expect(automationTemplate).not.toHaveProperty("outputs");
    expect(placesOf("listCallbackUrl(", automationTemplate)).toEqual([
      "/resources/2/properties/actions/0/uri",
    ]);
  });

  it.each(definitions)("in %s is declared secure, without a default, and no output", (_name, definition) => {
    expect(definition.parameters.webhookUrl).toEqual({ type: "securestring" });
    expect(definition.outputs).toEqual({});
  });

  it.each(definitions)("in %s is split at run time, with the token sent in a header", (_name, definition) => {
    const [action] = Object.values(definition.actions);
    expect(action?.inputs).toMatchObject({
      method: "POST",
      uri: "@{substring(trim(parameters('webhookUrl')), 0, lastIndexOf(trim(parameters('webhookUrl')), '/'))}",
      headers: { Authorization: "Bearer @{last(split(trim(parameters('webhookUrl')), '/'))}" },
    });
  });

  it.each(definitions)(
    "in %s stays out of the run history, where our answer is read",
    (_name, definition) => {
      const [action] = Object.values(definition.actions);
      expect(action?.runtimeConfiguration).toEqual({ secureData: { properties: ["inputs"] } });
    },
  );

  it("hides the alert in the run history too", () => {
    for (const definition of [definitionOf(forwarder), logicApp.definition])
      expect(Object.values(definition.triggers)[0]?.runtimeConfiguration).toEqual({
        secureData: { properties: ["outputs"] },
      });
  });
});

describe("Option A", () => {
  it("has the names of the guide and the versions of the newest specifications", () => {
    expect(resolved().resources.map(({ type, apiVersion, name }) => [type, apiVersion, name])).toEqual([
      ["Microsoft.Logic/workflows", "2019-05-01", "pocketsoc-defender-alerts"],
      ["Microsoft.Logic/workflows", "2019-05-01", "pocketsoc-defender-heartbeat"],
      ["Microsoft.Security/automations", "2023-12-01-preview", "pocketsoc-push-notifications"],
    ]);
  });

  it("contains no address of one cloud, so that it works in the US Government cloud too", () => {
    const without = automationText.replaceAll("https://schema.management.azure.com/", "");
    expect(without).not.toMatch(/https?:|azure\.(com|us)|windows\.net/);
  });

  it("retries for more than an hour, as Logic Apps allow", () => {
    for (const definition of [definitionOf(forwarder), logicApp.definition])
      expect(definition.actions.Forward_to_PocketSOC).toMatchObject({
        operationOptions: "DisableAsyncPattern",
        inputs: {
          body: "@triggerBody()",
          retryPolicy: {
            type: "exponential",
            count: 12,
            interval: "PT15S",
            minimumInterval: "PT15S",
            maximumInterval: "PT15M",
          },
        },
      });
  });

  it("sends a heartbeat every 15 minutes that names the subscription", () => {
    const { triggers, actions } = definitionOf(heartbeat);
    expect(Object.values(triggers)).toEqual([
      { type: "Recurrence", recurrence: { frequency: "Minute", interval: 15 } },
    ]);
    expect(Object.values(actions)[0]?.inputs.body).toEqual({
      pocketsoc: "heartbeat",
      version: 1,
      subscriptionId: place.subscriptionId,
    });
  });

  const sourcesOf = (resource?: { properties: Raw }) =>
    (resource?.properties.sources ?? []) as { eventSource: string; ruleSets: unknown }[];
  const rules = (more?: Raw) => sourcesOf(resolved(more).resources[2])[0];
  const ruleSet = (expectedValue: string) => ({
    rules: [{ propertyJPath: "Severity", propertyType: "String", expectedValue, operator: "Equals" }],
  });

  it("sends High and Medium by default, or any of the four severities, with one rule set each", () => {
    expect(rules()).toEqual({ eventSource: "Alerts", ruleSets: [ruleSet("High"), ruleSet("Medium")] });
    const all = ["High", "Medium", "Low", "Informational"];
    expect(automationTemplate.parameters.severities?.allowedValues).toEqual(all);
    expect(rules({ severities: all })?.ruleSets).toEqual(all.map(ruleSet));
  });

  it("acts on the subscription of the deployment and starts the Logic App beside it", () => {
    expect(automation).toMatchObject({
      location: place.location,
      dependsOn: [forwarder?.id],
      properties: {
        isEnabled: true,
        scopes: [{ scopePath: `/subscriptions/${place.subscriptionId}` }],
        actions: [
          {
            actionType: "LogicApp",
            logicAppResourceId: forwarder?.id,
            uri: callbackUrl(`${forwarder?.id}/triggers/${Object.keys(definitionOf(forwarder).triggers)[0]}`),
          },
        ],
      },
    });
  });
});

describe("Option B", () => {
  it("is started by the Defender for Cloud connector, which Azure requires of the Logic Apps it lists", () => {
    const [trigger] = Object.values(logicApp.definition.triggers);
    expect(trigger).toMatchObject({
      type: "ApiConnectionWebhook",
      inputs: {
        host: { connection: { name: "@parameters('$connections')['ascalert']['connectionId']" } },
        path: "/Microsoft.Security/Alert/subscribe",
        body: { callback_url: "@{listCallbackUrl()}" },
      },
    });
    expect(logicApp.definition.parameters.$connections).toEqual({ type: "Object", defaultValue: {} });
  });

  it("has four placeholders, each with one spelling, and the secret outside the definition", () => {
    const placeholders = new Set(
      [...JSON.stringify(logicApp).matchAll(/YOUR_[A-Z_]+/g)].map(([word]) => word),
    );
    expect([...placeholders].toSorted()).toEqual([
      "YOUR_LOCATION",
      "YOUR_POCKETSOC_WEBHOOK_URL",
      "YOUR_RESOURCE_GROUP",
      "YOUR_SUBSCRIPTION_ID",
    ]);
    expect(placesOf("YOUR_POCKETSOC_WEBHOOK_URL", logicApp)).toEqual(["/parameters/webhookUrl/value"]);
  });

  it("forwards as Option A does", () => {
    expect(logicApp.definition.actions).toEqual(definitionOf(forwarder).actions);
  });
});

describe("the portal's server", () => {
  it("serves the templates to the Azure portal, with the right content types", async () => {
    const rules = (await nextConfig.headers?.()) ?? [];
    const headersOf = (source: string) =>
      Object.fromEntries(
        rules.find((rule) => rule.source === source)?.headers.map((header) => [header.key, header.value]) ??
          [],
      );
    expect(headersOf("/templates/:path*")).toEqual({ "access-control-allow-origin": "*" });
    expect(headersOf("/templates/:name.json")).toEqual({ "content-type": "application/json; charset=utf-8" });
    expect(headersOf("/templates/:name.bicep")).toEqual({ "content-type": "text/plain; charset=utf-8" });
  });

  it("excludes them from the pages' Content-Security-Policy", () => {
    const covered = (path: string) =>
      proxyConfig.matcher.some((pattern) => new RegExp(`^${pattern}$`).test(path));
    expect(covered("/detections")).toBe(true);
    expect(covered("/templates")).toBe(true);
    expect(covered("/templates/pocketsoc-logic-app.json")).toBe(false);
  });
});
