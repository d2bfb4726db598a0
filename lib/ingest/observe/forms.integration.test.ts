import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import type { Context } from "#lib/core/context.ts";
import type { Json } from "#lib/domain/detection.ts";
import { inSecondForm, withCapitals } from "#test/alert-forms.ts";
import { goodAlert } from "#test/alerts.ts";
import { everySeverity, startNotifying } from "#test/notifying.ts";
import { production } from "#test/form.ts";
import { feed, notifyDue, pollNow } from "#test/steps.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setOwnPreferences } from "#lib/alerting/preferences/set-own.ts";

let run: Awaited<ReturnType<typeof startNotifying>>;
let admin: Context;
beforeAll(async () => {
  run = await startNotifying();
  ({ admin } = run);
  await run.addDevice(admin);
  await setOwnPreferences(admin, everySeverity);
  await pollNow(run.stack.services);
  await notifyDue(run.stack.services);
});
afterAll(() => run.stop());
beforeEach(async () => {
  await run.stack.control("POST", "/settings", { alertForm: "documented" });
  await notifyDue(run.stack.services);
  run.takeReceived();
  // the next alert sounds at once
  run.clock.laterMs += 61_000;
});

const control = (method: string, path: string, body: object) => run.stack.control(method, path, body);
const raise = (properties: object, more: object = {}) =>
  control("POST", "/alerts", { subscriptionId: production, properties, ...more }) as Promise<{
    names: string[];
  }>;
const inForm = (alertForm: string) => control("POST", "/settings", { alertForm });
const detectionOf = async (title: string) => {
  const [item] = (await feed(admin, { q: title })).items;
  return getDetection(admin, item?.id);
};
const hashOf = async (id: string) => {
  const [row] = await inOrganisation(run.stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute(`select encode(content_hash, 'hex') as hash, xmin::text, xmax::text, raw from detection_sources
      where detection_id = '${id}'`),
  );
  return row;
};

describe("an alert that Azure lists in two forms, poll by poll", () => {
  it("changes nothing, costs no write and notifies nobody again", async () => {
    // of a type and on a resource of its own, so that no other notification covers it
    const azureResourceId = `/subscriptions/${production}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-forms`;
    const resourceIdentifiers = [{ $id: "forms_1", azureResourceId, type: "AzureResource" }];
    const own = { alertType: "VM_TwoForms", resourceIdentifiers };
    await raise({ alertDisplayName: "Two forms", severity: "High", isIncident: true, ...own });
    await inForm("alternating");
    await pollNow(run.stack.services);
    if ((await detectionOf("Two forms")).severity === "unknown") await pollNow(run.stack.services);
    await notifyDue(run.stack.services);
    expect(run.takeReceived()).toHaveLength(1);
    const before = await detectionOf("Two forms");
    const row = await hashOf(before.id);
    expect(before).toMatchObject({ severity: "high", isIncident: true });
    for (let poll = 0; poll < 4; poll++) {
      expect((await pollNow(run.stack.services)).tally).toMatchObject({ added: 0, changed: 0 });
      await notifyDue(run.stack.services);
      expect(await detectionOf("Two forms")).toEqual({ ...before, lastChange: expect.any(Number) });
      expect(await hashOf(before.id)).toEqual(row);
    }
    expect(run.takeReceived()).toEqual([]);
  });

  it("shows a status that changes in the second form, and keeps what that form leaves out", async () => {
    const { names } = await raise({ alertDisplayName: "Closed in form two", severity: "Medium" });
    await pollNow(run.stack.services);
    await inForm("undocumented");
    await control("PATCH", `/alerts/${names[0]}`, { status: "Resolved" });
    expect((await pollNow(run.stack.services)).tally).toMatchObject({ changed: 1 });
    const detection = await detectionOf("Closed in form two");
    expect(detection).toMatchObject({ status: "resolved", severity: "medium" });
    expect(detection.timeline).toHaveLength(2);
    for (const form of ["documented", "undocumented", "documented"]) {
      await inForm(form);
      await pollNow(run.stack.services);
    }
    const after = await detectionOf("Closed in form two");
    expect({ ...after, changeSequence: 0, lastChange: 0, raw: "" }).toEqual({
      ...detection,
      changeSequence: 0,
      lastChange: 0,
      raw: "",
    });
  });

  it("is one alert if one answer holds it twice", async () => {
    const alert = goodAlert({ alertDisplayName: "Twice", status: "Active" }, "twice-1");
    const at = new Date().toISOString();
    const own = {
      ...alert,
      id: alert.id.replace("11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01", production),
      properties: { ...alert.properties, timeGeneratedUtc: at },
    };
    const text = JSON.stringify({ value: [own, inSecondForm(own)] });
    await control("POST", "/faults", { target: "list", kind: "body", text, times: 1 });
    expect((await pollNow(run.stack.services)).tally).toMatchObject({ added: 1 });
    expect(await detectionOf("Twice")).toMatchObject({ severity: "high", resourceName: "vm-pay-01" });
  });
});

describe("an alert first seen without its severity", () => {
  it("notifies nobody until the severity is known, then as one of that severity", async () => {
    await inForm("undocumented");
    await raise({ alertDisplayName: "Low in truth", severity: "Low" });
    await raise({ alertDisplayName: "High in truth", severity: "High", alertType: "VM_Other" });
    await pollNow(run.stack.services);
    await notifyDue(run.stack.services);
    expect(run.takeReceived()).toEqual([]);
    expect(await detectionOf("High in truth")).toMatchObject({ severity: "unknown" });
    const waits = await run.dueInSeconds("detection");
    expect(waits).toHaveLength(2);
    for (const wait of waits) expect(wait).toBeGreaterThan(200);
    await setOwnPreferences(admin, { ...everySeverity, severities: ["high"] });
    await inForm("documented");
    await pollNow(run.stack.services);
    await notifyDue(run.stack.services);
    const received = run.takeReceived();
    expect(received).toHaveLength(1);
    expect(JSON.stringify(received)).toContain("High in truth");
    expect(await detectionOf("Low in truth")).toMatchObject({ severity: "low" });
    await setOwnPreferences(admin, everySeverity);
  });

  it("notifies as High if the severity doesn't come", async () => {
    await inForm("undocumented");
    await raise({ alertDisplayName: "Never said", severity: "Low", alertType: "VM_NeverSaid" });
    await pollNow(run.stack.services);
    await run.makeDue("detection");
    await notifyDue(run.stack.services);
    expect(run.takeReceived()).toHaveLength(1);
    await inForm("documented");
    await pollNow(run.stack.services);
    await notifyDue(run.stack.services);
    expect(run.takeReceived()).toEqual([]);
  });

  it("notifies at once if its severity is a word that PocketSOC doesn't know", async () => {
    await raise({ alertDisplayName: "A new word", severity: "Critical", alertType: "VM_NewWord" });
    await pollNow(run.stack.services);
    await notifyDue(run.stack.services);
    expect(run.takeReceived()).toHaveLength(1);
  });
});

describe("alerts in the emulator's other shapes", () => {
  it.each([
    ["scale-set", "aks-pool-1-vmss / 0"],
    ["workspace", "dc01.corp.example"],
    ["directory", "user@contoso.example"],
    ["aws", "AWS EC2 instance i-0abc"],
    ["gcp", "GCP compute instance web-1"],
    ["azure-id-only", "vm-id-only"],
  ])("%s is named %s", async (shape, resourceName) => {
    await raise({ alertDisplayName: `Shape ${shape}` }, { shape });
    await pollNow(run.stack.services);
    expect(await detectionOf(`Shape ${shape}`)).toMatchObject({ resourceName });
  });

  it("open-blade links to the alert's page, as Open in Azure does", async () => {
    await raise({ alertDisplayName: "Shape open-blade" }, { shape: "open-blade" });
    await pollNow(run.stack.services);
    const { remediationSteps, consoleUrl } = await detectionOf("Shape open-blade");
    expect(consoleUrl).toContain("/AlertBlade/alertId/");
    expect(remediationSteps).toEqual([{ text: "Enforce rule (in the Azure portal)", href: consoleUrl }]);
  });

  it("multi-link is a link for each address of a trusted host, and a text for the others", async () => {
    await raise({ alertDisplayName: "Shape multi-link" }, { shape: "multi-link" });
    await pollNow(run.stack.services);
    const { extendedProperties } = await detectionOf("Shape multi-link");
    expect(extendedProperties.map(({ value }) => value)).toEqual([
      { text: "Report: R", href: "https://learn.microsoft.com/r.pdf" },
      { text: "Report: S (https://example.com/s.pdf)", href: null },
    ]);
  });

  it("references are entities, each once", async () => {
    await raise({ alertDisplayName: "Shape references" }, { shape: "references" });
    await pollNow(run.stack.services);
    const { entities } = await detectionOf("Shape references");
    expect(entities.map(({ name }) => name)).toEqual(["vm-refs-01", "/tmp/x -t 4", "svc-deploy"]);
  });
});

describe("an alert whose values come in other forms", () => {
  const listed = (name: string, change: (properties: { [key: string]: Json }) => { [key: string]: Json }) => {
    const { properties, ...alert } = goodAlert(
      { alertDisplayName: `Forms ${name}`, timeGeneratedUtc: new Date().toISOString() },
      name,
    );
    const id = alert.id.replace("11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01", production);
    return { ...alert, id, properties: change(properties) };
  };
  const answer = (body: object) =>
    control("POST", "/faults", { target: "list", kind: "body", text: JSON.stringify(body), times: 1 });
  const asLists = (properties: { [key: string]: Json }) =>
    Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, [value]]));
  const translated = (properties: { [key: string]: Json }) =>
    Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [
        key,
        typeof value === "string" ? { value, localizedValue: "x" } : value,
      ]),
    );

  it("is the same alert: no event, and nobody is notified again", async () => {
    const alertDisplayName = "Forms other-forms-1";
    const at = new Date().toISOString();
    const plain = listed("other-forms-1", (properties) => ({ ...properties, timeGeneratedUtc: at }));
    await answer({ value: [plain] });
    expect((await pollNow(run.stack.services)).tally).toMatchObject({ added: 1 });
    await notifyDue(run.stack.services);
    run.takeReceived();
    const before = await detectionOf(alertDisplayName);
    expect(before).toMatchObject({ severity: "high", status: "active" });
    for (const change of [asLists, translated, asLists]) {
      await answer({ Value: [{ ...plain, properties: change(plain.properties) }] });
      expect((await pollNow(run.stack.services)).outcome).toBe("read");
      await notifyDue(run.stack.services);
      const { timeline, severity, status, resourceName, entities, links, techniques } =
        await detectionOf(alertDisplayName);
      expect({ timeline, severity, status, resourceName, entities, links, techniques }).toEqual({
        timeline: before.timeline,
        severity: before.severity,
        status: before.status,
        resourceName: before.resourceName,
        entities: before.entities,
        links: before.links,
        techniques: before.techniques,
      });
    }
    expect(run.takeReceived()).toEqual([]);
  });

  it("costs no write if only its keys' letters, references and missing values differ", async () => {
    const alertDisplayName = "Forms letters-1";
    const at = new Date().toISOString();
    const plain = listed("letters-1", (properties) => ({ ...properties, timeGeneratedUtc: at }));
    await answer({ value: [plain] });
    expect((await pollNow(run.stack.services)).tally).toMatchObject({ added: 1 });
    const before = await detectionOf(alertDisplayName);
    const row = await hashOf(before.id);
    const renumbered = JSON.parse(
      JSON.stringify(plain).replaceAll(/"(\$(?:id|ref))":"/g, '"$1":"again_'),
    ) as Json;
    const withNull = { ...plain, properties: { ...plain.properties, correlationId: null } };
    for (const same of [withCapitals(plain), renumbered, withNull]) {
      await answer({ value: [same] });
      expect((await pollNow(run.stack.services)).tally).toMatchObject({ added: 0, changed: 0 });
      expect((await detectionOf(alertDisplayName)).timeline).toEqual(before.timeline);
      expect(await hashOf(before.id)).toEqual(row);
    }
  });

  it("is stored from a list that came with an error, and the list isn't taken for the whole", async () => {
    await raise({ alertDisplayName: "Behind a partial page" });
    await answer({
      value: [listed("partial-1", asLists)],
      error: { code: "ServerTimeout", message: "m" },
      "@odata.nextLink": "?api-version=2022-01-01",
    });
    expect(await pollNow(run.stack.services)).toMatchObject({ outcome: "failed", tally: { added: 2 } });
    expect(await detectionOf("Behind a partial page")).toMatchObject({ status: "active" });
    expect(await detectionOf("Forms partial-1")).toMatchObject({
      severity: "high",
      resourceName: "vm-pay-01",
    });
    expect((await pollNow(run.stack.services)).outcome).toBe("read");
  });
});
