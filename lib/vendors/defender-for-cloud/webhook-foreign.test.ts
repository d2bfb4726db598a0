import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Json } from "#lib/domain/detection.ts";
import { anyJson, bentAlert, goodAlert } from "#test/alerts.ts";
import { webhookBodyOf } from "#test/webhook-bodies.ts";
import { normalise } from "./normalise.ts";
import { readWebhook } from "./webhook.ts";
import { sourcesOf } from "./webhook-sources.ts";
import { unwrap } from "./webhook-wrappers.ts";

const alert = goodAlert({ systemAlertId: "a-1" }, "a-1");
const push = webhookBodyOf(alert);
const resourceId = alert.id;
const workspace = "99c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e09";
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

const reading = (body: Json) => {
  const found = readWebhook(body);
  if (found.kind !== "alerts") throw new Error(found.kind);
  return found;
};

describe("an object of another product", () => {
  const sentinel = {
    SystemAlertId: "v-1",
    VendorOriginalId: "a-1",
    ProductName: "Azure Security Center",
    AlertName: "T",
    AlertSeverity: "High",
    Entities: '[{"$id":"1","HostName":"h","Type":"host"}]',
    AlertLink: `https://portal.azure.com/#blade/x/alertId/a-1/subscriptionId/${alert.id.split("/")[2]}/`,
    WorkspaceSubscriptionId: workspace,
  };
  const activity = {
    channels: "Operation",
    operationName: "Microsoft.Security/locations/alerts/activate/action",
    resourceId,
    id: `${resourceId}/events/e-1/ticks/1`,
    properties: { severity: "High" },
  };
  const cases: [product: string, body: Json, reason: RegExp][] = [
    ["Sentinel", sentinel, /Log Analytics.*Sentinel/],
    [
      "Sentinel, with Defender's names",
      {
        SystemAlertId: "v-1",
        ProviderAlertId: "a-1",
        AlertDisplayName: "T",
        Severity: "High",
        WorkspaceSubscriptionId: workspace,
      },
      /Log Analytics/,
    ],
    ["Sentinel's own alert", { ...push, ProductName: "Azure Sentinel" }, /Log Analytics/],
    ["Log Analytics, by its provider", { ...push, ProviderName: "ASI Scheduled Alerts" }, /Log Analytics/],
    // a query may keep any one column of the table
    ["Log Analytics, by its severity", { ...push, AlertSeverity: "High" }, /Log Analytics/],
    ["Log Analytics, by its link", { ...push, AlertLink: "https://portal.azure.com/" }, /Log Analytics/],
    ["Log Analytics, by its source", { ...push, SourceSystem: "Detection" }, /Log Analytics/],
    ["Log Analytics, by its type", { ...push, Type: "SecurityAlert" }, /Log Analytics/],
    [
      "Log Analytics, by its display name",
      { SystemAlertId: "v-1", DisplayName: "T", AlertType: "x", AzureResourceId: resourceId },
      /Log Analytics/,
    ],
    [
      "Log Analytics, by its JSON texts alone",
      { ...push, Entities: "[]", ExtendedProperties: "{}" },
      /Log Analytics/,
    ],
    [
      "Log Analytics, with Defender's names and its JSON parsed",
      { ...push, TenantId: workspace },
      /Log Analytics/,
    ],
    [
      "Log Analytics, with a resource of another subscription",
      { ...push, AlertUri: null, _ResourceId: resourceId.toLowerCase() },
      /Log Analytics/,
    ],
    [
      "a Sentinel incident",
      {
        object: {
          id: "/subscriptions/x/providers/Microsoft.SecurityInsights/Incidents/y",
          properties: { title: "T" },
        },
      },
      /incident or alert of Microsoft Sentinel/,
    ],
    [
      "a Sentinel incident without an id",
      { objectSchemaType: "Incident", object: { properties: { title: "T" } } },
      /incident or alert of Microsoft Sentinel/,
    ],
    ["Log Analytics, by an empty column", { ...push, VendorOriginalId: null }, /Log Analytics/],
    ["Defender XDR, a few columns", { id: "da1", providerAlertId: "a-1", title: "T" }, /Defender XDR/],
    [
      "a query's tables",
      { tables: [{ columns: [{ name: "SystemAlertId" }], rows: [["x"]] }] },
      /results of a query/,
    ],
    ["Resource Graph's table", { columns: [{ name: "id" }], rows: [[resourceId]] }, /results of a query/],
    ["a card for Teams", { "@type": "MessageCard", title: "T", text: "x" }, /chat, such as Teams/],
    ["a message for Teams", { type: "message", attachments: [{ content: {} }] }, /chat, such as Teams/],
    ["a message for Slack", { text: "x", channel: "#soc" }, /chat, such as Teams/],
    [
      "a secure score",
      { id: "/subscriptions/x/providers/Microsoft.Security/secureScores/y", properties: { score: 1 } },
      /object of Defender for Cloud of the type secureScores/,
    ],
    [
      "an older alert of Azure Monitor",
      { status: "Activated", context: { resourceId: "/x" } },
      /action group/,
    ],
    ["the Activity Log", activity, /Activity Log about alert a-1, which the next poll reads/],
    [
      "the Activity Log in Azure's own form",
      { ...activity, operationName: { value: "x" }, resourceId: { id: resourceId } },
      /Activity Log/,
    ],
    [
      "an action group",
      { schemaId: "Microsoft.Insights/activityLogs", data: { context: { activityLog: activity } } },
      /Activity Log about alert a-1/,
    ],
    [
      "the common alert schema",
      { schemaId: "azureMonitorCommonAlertSchema", data: { essentials: {} } },
      /common alert schema/,
    ],
    [
      "Defender XDR by Graph",
      { id: "da1", providerAlertId: "a-1", serviceSource: "x", detectionSource: "y", title: "T" },
      /Defender XDR/,
    ],
    [
      "the older Graph alert",
      { id: "x", azureTenantId: "t", vendorInformation: { provider: "ASC" }, title: "T" },
      /Defender XDR/,
    ],
    [
      "Graph, by its type",
      { "@odata.type": "#microsoft.graph.security.alert", id: "da1", title: "T" },
      /Defender XDR/,
    ],
    ["Graph, by its address", { id: "da1", alertWebUrl: "https://security.microsoft.com/" }, /Defender XDR/],
    [
      "a Graph incident",
      { id: "29", incidentWebUrl: "https://security.microsoft.com/", displayName: "T" },
      /Defender XDR/,
    ],
    [
      "Graph's change notification",
      { changeType: "created", resource: "security/alerts_v2/x", subscriptionExpirationDateTime: "t" },
      /change notification of Microsoft Graph/,
    ],
    [
      "Event Grid's validation",
      {
        id: "1",
        topic: "t",
        eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
        data: { validationCode: "c" },
      },
      /Event Grid's validation event/,
    ],
    ["an adaptive card", { type: "AdaptiveCard", body: [{ type: "TextBlock" }] }, /chat, such as Teams/],
    ["Slack's blocks", { blocks: [{ type: "section" }] }, /chat, such as Teams/],
    [
      "a Defender recommendation's part",
      {
        id: "/subscriptions/x/providers/Microsoft.Security/assessments/y/subassessments/z",
        properties: { a: 1 },
      },
      /recommendation/,
    ],
    ["Defender for Endpoint", { id: "x", machineId: "m", alertCreationTime: "t" }, /Defender for Endpoint/],
    [
      "the streaming API",
      { records: [{ category: "AdvancedHunting-AlertInfo", operationName: "Publish", properties: {} }] },
      /streaming API/,
    ],
    [
      "a recommendation",
      { id: "/subscriptions/x/providers/Microsoft.Security/assessments/y", properties: {} },
      /recommendation/,
    ],
    ["a custom table", { SystemAlertId_s: "a-1", AlertDisplayName_s: "T" }, /columns end in _s/],
    [
      "properties taken apart",
      { id: resourceId, properties_alertDisplayName: "T", properties_severity: "High" },
      /took the alert's properties apart/,
    ],
    [
      "properties taken apart with dots",
      { id: resourceId, "properties.alertDisplayName": "T" },
      /took the alert's properties apart/,
    ],
    ["an unknown wrapper", { body: { a: 1 } }, /\{"body": …\}.*@triggerBody\(\)/],
    ["anything else", { a: 1 }, /neither a SystemAlertId/],
  ];

  it.each(cases)("is named and never becomes a detection: %s", (_product, body, reason) => {
    for (const form of [body, [body], { body }, { value: [body] }, { $content: base64(body) }]) {
      const { alerts, note } = reading(form as Json);
      expect(alerts.map(({ result, scopeId }) => [result.ok, scopeId])).toEqual([[false, null]]);
      expect(note ?? null).toBeNull();
    }
    const [only] = reading(body).alerts;
    expect(only?.result).toMatchObject({ reason: expect.stringMatching(reason) });
  });

  it.each([
    ...[
      "$content",
      "ContentData",
      "data_base64",
      "bytes",
      "MessageText",
      "QueueMessagesList",
      "QueueMessage",
    ],
    ...["$multipart", "body", "rawBody", "outputs", "value", "records", "alert", "alerts", "SecurityAlert"],
    ...["data", "event", "events", "item", "items", "payload", "message", "messages", "content", "result"],
    ...["results", "req", "request", "inputs", "properties"],
  ])("is named inside the wrapper %s, and so is an unknown object there", (wrapper) => {
    const reasonsOf = (body: Json) =>
      reading({ other: "x", [wrapper]: body }).alerts.map(({ result }) => !result.ok && result.reason);
    for (const body of [activity, [activity], JSON.stringify(activity), base64(activity)])
      expect(reasonsOf(body as Json)).toEqual([expect.stringContaining("event of the Azure Activity Log")]);
    expect(reasonsOf({ a: 1 })).toEqual([expect.stringContaining(`It looks like {"${wrapper}": …}`)]);
  });

  it("that is a row of Resource Graph is the alert itself, with its own id", () => {
    const upper = Object.fromEntries(
      Object.entries(push).filter(([key]) => !["TimeGenerated", "Status"].includes(key)),
    );
    const row = {
      id: resourceId,
      name: "a-1",
      type: "microsoft.security/locations/alerts",
      tenantId: "t",
      properties: { ...upper, Status: "Active", TimeGeneratedUtc: alert.properties.timeGeneratedUtc ?? null },
    };
    const listed = normalise(alert);
    const [found] = reading(row as Json).alerts;
    if (!listed.ok || !found?.result.ok) throw new Error("not read");
    const {
      techniques: _none,
      version: _no,
      productComponent: _not,
      extendedProperties,
      ...expected
    } = listed.detection;
    expect(found.result.detection).toMatchObject(expected);
    // whose names keep the spelling that they came in
    const named = (properties: typeof extendedProperties) =>
      properties.map(({ name, value }) => [name.toLowerCase(), value]);
    expect(named(found.result.detection.extendedProperties)).toEqual(named(extendedProperties));
    expect(found.result.ref).toEqual(listed.ref);
    expect(sourcesOf(found).find(({ label }) => label === "Title")?.path).toBe("properties.AlertDisplayName");
    // also with automation's names for the times
    const { TimeGenerated } = push;
    const timed = { ...row, properties: { ...upper, TimeGenerated, ProcessingEndTime: null } };
    expect(reading(timed as Json).alerts[0]).toMatchObject({
      at: listed.detection.generatedAt,
      result: { detection: { generatedAt: listed.detection.generatedAt } },
    });
  });

  it("that an SDK of Azure returned is the alert itself, with its own id", () => {
    const { properties, ...head } = alert;
    const { alertUri: _uri, resourceIdentifiers: _resources, ...rest } = properties;
    const listed = normalise({ ...head, properties: rest });
    const snake = Object.fromEntries(
      Object.entries({ ...head, ...rest }).map(([key, value]) => [
        key.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toLowerCase(),
        value,
      ]),
    );
    for (const body of [{ ...head, ...rest }, snake, { value: [snake] }]) {
      const [found] = reading(body).alerts;
      if (!found?.result.ok || !listed.ok) throw new Error("not read");
      expect(found.result.ref).toEqual(listed.ref);
      expect(found.result.detection).toEqual({ ...listed.detection, vendorUrl: null });
    }
  });

  it("is one alert, however its id is written", () => {
    const guid = "5d3b2c1a-0f9e-4d8c-8b7a-6f5e4d3c2b1a";
    const at = alert.id.slice(0, alert.id.lastIndexOf("/"));
    const forms: [id: Json, name: string][] = [
      [`{${guid}}`, guid],
      [guid.toUpperCase(), guid],
      ['"a-1"', "a-1"],
      [" 'a-1' ", "a-1"],
      ["\u200ba-1\ufeff", "a-1"],
      ["a%2D1", "a-1"],
      [resourceId, "a-1"],
      [`https://management.azure.com${resourceId}?api-version=2022-01-01`, "a-1"],
      [["a-1"], "a-1"],
      [{ value: "a-1" }, "a-1"],
    ];
    for (const [id, name] of forms) {
      const [flat] = reading({ ...push, SystemAlertId: id }).alerts;
      expect(flat?.result).toMatchObject({ ok: true, detection: { vendorAlertId: name } });
    }
    for (const id of [`{${guid}}`, guid.toUpperCase(), "\u200b5d3b2c1a%2D0f9e-4d8c-8b7a-6f5e4d3c2b1a"])
      expect(normalise({ ...alert, id: `${at}/${id}` })).toMatchObject({
        detection: { vendorAlertId: guid },
      });
    expect(normalise({ ...alert, id: [resourceId] })).toMatchObject({ ok: true });
  });

  it.each([
    ...["<alert id>", "{{SystemAlertId}}", "%SystemAlertId%", "${id}", "[id]", "string", "a b", "$(id)"],
    ...["@{triggerBody()?['SystemAlertId']}", "null", "00000000-0000-0000-0000-000000000000"],
  ])("with the placeholder %s for an id is no alert", (id) => {
    expect(reading({ ...push, SystemAlertId: id }).alerts[0]?.result).toMatchObject({
      ok: false,
      reason: expect.stringContaining("is no alert's id"),
    });
  });

  it("takes the subscription from whatever form names it", () => {
    const [, , subscription = ""] = alert.id.split("/");
    const named: { [key: string]: Json }[] = [
      { AzureResourceId: `subscriptions/${subscription}/resourceGroups/x` },
      { ResourceIdentifiers: JSON.stringify(push.ResourceIdentifiers) },
      { ResourceIdentifiers: { AzureResourceId: encodeURIComponent(`/subscriptions/${subscription}/x`) } },
      { ExtendedProperties: [{ Key: "EffectiveSubscriptionId", Value: subscription.toUpperCase() }] },
    ];
    for (const changes of named)
      expect(
        reading({ ...push, AlertUri: null, ResourceIdentifiers: [], ...changes }).alerts[0],
      ).toMatchObject({
        scopeId: subscription,
        result: { ok: true },
      });
  });

  it("has one of two keys that mean the same: the one with content", () => {
    for (const body of [
      { ...push, systemAlertId: null },
      { systemalertid: "", ...push },
      { ...alert, ID: null, Properties: {} },
    ])
      expect(reading(body as Json).alerts[0]?.result).toMatchObject({
        ok: true,
        detection: { vendorAlertId: "a-1" },
      });
  });

  it("has the techniques and the component of a flat body that names them", () => {
    for (const Techniques of ["T1078; T1110", ["T1078", "T1110"], [{ id: "T1078" }, { id: "T1110" }]])
      expect(
        reading({ ...push, Techniques, SubTechniques: ["T1110.001"], ProductComponentName: "Servers" })
          .alerts[0]?.result,
      ).toMatchObject({
        detection: { techniques: ["T1078", "T1110", "T1110.001"], productComponent: "Servers" },
      });
  });

  it("without a title or a type is no alert", () => {
    const { AlertDisplayName: _title, AlertType: _type, ...rest } = push;
    expect(reading(rest).alerts[0]?.result).toMatchObject({
      ok: false,
      reason: expect.stringContaining("neither an AlertDisplayName nor an AlertType"),
    });
  });

  it("never gives an alert the workspace's subscription", () => {
    const { alerts } = reading({
      ...push,
      AlertUri: null,
      ResourceIdentifiers: [],
      WorkspaceSubscriptionId: workspace,
    });
    expect(alerts[0]).toMatchObject({ scopeId: null, result: { ok: false } });
  });
});

describe("a wrapper", () => {
  const forms: [wrapper: string, form: (body: Json) => Json, within: string, advice: string][] = [
    ["body", (body) => ({ body }), "body", "@triggerBody()"],
    ["headers and body", (body) => ({ headers: { a: "b" }, body }), "body", "@triggerBody()"],
    ["outputs", (body) => ({ name: "manual", outputs: { body } }), "outputs.body", "@triggerBody()"],
    ["value", (body) => ({ value: [body] }), "value[0]", "items("],
    ["records", (body) => ({ records: [body] }), "records[0]", "items("],
    ["alert", (body) => ({ alert: body }), "alert", "triggerBody()?['alert']"],
    ["SecurityAlert", (body) => ({ SecurityAlert: body }), "SecurityAlert", "['SecurityAlert']"],
    ["request", (body) => ({ req: { body } }), "req.body", "['req']"],
    [
      "trigger with a body in base64",
      (body) => ({ outputs: { body: { $content: base64(body) } } }),
      "outputs.body.$content",
      "use @json(base64ToString(triggerBody()?['$content'])) as",
    ],
    [
      "base64 without a mark",
      (body) => ({ body: base64(body) }),
      "body",
      "@json(base64ToString(triggerBody()))",
    ],
    [
      "JSON in JSON texts",
      (body) => ({ body: JSON.stringify(JSON.stringify(body)) }),
      "body",
      "@json(triggerBody())",
    ],
    ["list of texts", (body) => ({ value: [JSON.stringify(body)] }), "value[0]", "items("],
    ["cloud event", (body) => ({ specversion: "1.0", id: "1", data: body }), "data", "['data']"],
    [
      "cloud event in base64",
      (body) => ({ specversion: "1.0", id: "1", data_base64: base64(body) }),
      "data_base64",
      "['data_base64']",
    ],
    [
      "envelope with an id and no properties",
      (body) => ({ id: "1", properties: {}, data: body }),
      "data",
      "['data']",
    ],
    [
      "Event Hub's capture",
      (body) => ({ Offset: "2", Properties: {}, Body: { bytes: base64(body) } }),
      "Body.bytes",
      "@json(base64ToString(triggerBody()?['Body']?['bytes']))",
    ],
    ["queue", (body) => ({ MessageId: "1", MessageText: base64(body) }), "MessageText", "MessageText"],
    [
      "queue, in UTF-16",
      (body) => ({ MessageText: Buffer.from(JSON.stringify(body), "utf16le").toString("base64") }),
      "MessageText",
      "MessageText",
    ],
    [
      "queue's list",
      (body) => ({ QueueMessagesList: { QueueMessage: [{ MessageText: base64(body) }] } }),
      "QueueMessagesList.QueueMessage[0].MessageText",
      "QueueMessage",
    ],
    [
      "queue's list in a body",
      (body) => ({ body: { QueueMessagesList: { QueueMessage: { MessageText: base64(body) } } } }),
      "body.QueueMessagesList.QueueMessage.MessageText",
      "triggerBody()?['QueueMessagesList']?['QueueMessage']?['MessageText']",
    ],
    [
      "multipart",
      (body) => ({ $multipart: [{ headers: {}, body: { $content: base64(body) } }] }),
      "$multipart[0].body.$content",
      "$multipart",
    ],
    ["event grid", (body) => [{ topic: "t", subject: "s", data: body }], "data", "['data']"],
    ["text", (body) => ({ body: JSON.stringify(body) }), "body", "@json(triggerBody())"],
    [
      "$content",
      (body) => ({ "$content-type": "application/json", $content: base64(body) }),
      "$content",
      "base64ToString",
    ],
    [
      "Event Hub",
      (body) => [{ ContentData: base64(body), Properties: {}, SystemProperties: {} }],
      "ContentData",
      "ContentData",
    ],
    ["Event Hub, decoded", (body) => ({ ContentData: body }), "ContentData", "ContentData"],
    [
      "two",
      (body) => ({ body: { value: [body] } }),
      "body.value[0]",
      "For each over @triggerBody()?['value'], use @items('For_each') as",
    ],
    [
      "two with base64",
      (body) => ({ ContentData: base64({ records: [body] }) }),
      "ContentData.records[0]",
      "over @json(base64ToString(triggerBody()?['ContentData']))?['records'], use",
    ],
    ["another key's name", (body) => ({ detail: body }), "detail", "@triggerBody()?['detail']"],
    ["capitals", (body) => ({ Payload: body }), "Payload", "@triggerBody()?['Payload']"],
    [
      "keys that nobody listed",
      (body) => ({ time: "x", d: { Sources: [{ "the alert": body }] } }),
      "d.Sources[0].the alert",
      "over @triggerBody()?['d']?['Sources'], use @items('For_each')?['the alert'] as",
    ],
    [
      "function",
      (body) => ({ Data: { req: { Method: "POST", Body: JSON.stringify(body) } }, Metadata: { sys: {} } }),
      "Data.req.Body",
      "@json(triggerBody()?['Data']?['req']?['Body'])",
    ],
    [
      "function's answer",
      (body) => ({ Outputs: { res: { statusCode: 200, body } }, Logs: [], ReturnValue: null }),
      "Outputs.res.body",
      "@triggerBody()?['Outputs']?['res']?['body']",
    ],
    [
      "bytes",
      (body) => ({ type: "Buffer", data: [...Buffer.from(JSON.stringify(body))] }),
      "data",
      "['data']",
    ],
    [
      "four",
      (body) => ({ message: { payload: { data: { value: [body] } } } }),
      "message.payload.data.value[0]",
      "@triggerBody()?['message']?['payload']?['data']?['value']",
    ],
    [
      "envelope with properties of its own",
      (body) => ({ id: "1", properties: { a: 1 }, data: body }),
      "data",
      "['data']",
    ],
  ];

  it.each(forms)("is removed, and the delivery says so: %s", (_wrapper, form, within, advice) => {
    for (const body of [push, alert as unknown as Json]) {
      const plain = reading(body).alerts[0];
      const { alerts, note } = reading(form(body));
      expect(alerts).toEqual([{ ...plain, within }]);
      expect(note).toContain("unwrapped");
      expect(note).toContain(advice);
      const [source] = alerts[0] ? sourcesOf(alerts[0]) : [];
      expect(source?.path?.startsWith(`${within}.`)).toBe(true);
    }
  });

  it("around several alerts leaves each with its own result", () => {
    const other = webhookBodyOf(goodAlert({ systemAlertId: "a-2" }, "a-2"));
    const { alerts } = reading({ value: [push, { a: 1 }, other] });
    expect(alerts.map(({ result }) => (result.ok ? result.detection.vendorAlertId : "none"))).toEqual([
      "a-1",
      "none",
      "a-2",
    ]);
  });

  it("around a heartbeat is removed", () => {
    expect(readWebhook({ body: { pocketsoc: "heartbeat" } })).toMatchObject({ kind: "heartbeat" });
  });

  it("around properties without an id is read like a flat alert", () => {
    const [found] = reading({ properties: alert.properties }).alerts;
    expect(found).toMatchObject({
      within: "properties",
      at: "2026-03-04T05:26:07.920545Z",
      result: { ok: true, detection: { vendorAlertId: "a-1", title: "Suspicious process on a host" } },
    });
  });

  it("is removed at most four times", () => {
    const { alerts } = reading({ body: { body: { body: { body: { body: push } } } } });
    expect(alerts.map(({ result }) => result.ok)).toEqual([false]);
  });

  it("of any name that holds several alerts leaves none behind", () => {
    const other = webhookBodyOf(goodAlert({ systemAlertId: "a-2" }, "a-2"));
    const ids = (body: Json) =>
      reading(body).alerts.map(({ result }) => result.ok && result.detection.vendorAlertId);
    expect(ids({ high: [push], low: [other] })).toEqual(["a-1", "a-2"]);
    expect(ids({ 0: push, 1: other })).toEqual(["a-1", "a-2"]);
  });

  it("of any name is removed around an alert only, not around another product's object", () => {
    const { alerts } = reading({ card: { text: "x" }, incident: { schemaId: "x" } });
    expect(alerts.map(({ result }) => result)).toMatchObject([
      { reason: expect.stringContaining("neither a SystemAlertId") },
    ]);
  });

  it("around nothing has a reason", () => {
    for (const body of [[], [[]], [[], []]])
      expect(readWebhook(body as Json)).toMatchObject({
        kind: "unrecognised",
        reason: expect.stringMatching(/empty list/),
      });
  });

  it("is never looked for inside an alert", () => {
    const other = webhookBodyOf(goodAlert({ systemAlertId: "a-2" }, "a-2"));
    const { alerts } = reading({ ...push, body: other, value: [other] });
    expect(alerts.map(({ result }) => result.ok && result.detection.vendorAlertId)).toEqual(["a-1"]);
  });

  it("may bring 500 alerts, wherever they stand", () => {
    const many = (count: number) => Array.from({ length: count }, () => push);
    expect(reading({ value: many(500) }).alerts).toHaveLength(500);
    for (const body of [
      { value: many(501) },
      { ContentData: base64(many(501)) },
      [{ value: many(300) }, { value: many(201) }],
    ])
      expect(readWebhook(body as Json)).toMatchObject({
        kind: "unrecognised",
        reason: expect.stringContaining("more than 500"),
      });
  });

  it("is looked for in a bounded number of values", () => {
    const many = (value: Json) => Array.from({ length: 500 }, () => value);
    const looks = vi.fn<() => boolean>(() => false);
    unwrap(many({ body: { value: many({ data: { a: 1 } }) } }), { any: looks, alert: looks }, 500);
    expect(looks.mock.calls.length).toBeLessThan(30_000);
  });

  it("with content that is too deep, broken or no JSON is kept as it is", () => {
    const deep = `${"[".repeat(100)}${"]".repeat(100)}`;
    for (const text of [deep, "{", "none", "", '"x"', "5"])
      for (const body of [
        { body: text },
        { $content: Buffer.from(text).toString("base64") },
        { $content: text },
      ] as Json[])
        expect(reading(body).alerts.map(({ result }) => result.ok)).toEqual([false]);
  });

  it("never makes reading throw, whatever it holds", () => {
    const content = fc.oneof(
      anyJson,
      bentAlert,
      bentAlert.map((value) => base64(value)),
      bentAlert.map((value) => JSON.stringify(value)),
    );
    const keys = fc.constantFrom(
      "body",
      "value",
      "records",
      "$content",
      "ContentData",
      "outputs",
      "properties",
    );
    const wrapped = fc.dictionary(keys, fc.oneof(content, fc.array(content, { maxLength: 3 })), {
      maxKeys: 2,
    });
    fc.assert(
      fc.property(fc.oneof(wrapped, fc.array(wrapped, { maxLength: 2 })), (body) => {
        const found = readWebhook(body as Json);
        for (const each of found.kind === "alerts" ? found.alerts : [])
          expect(sourcesOf(each).length > 0).toBe(each.result.ok);
      }),
      { numRuns: 100 },
    );
  });
});
