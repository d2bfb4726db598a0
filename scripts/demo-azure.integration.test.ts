import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { subscriptions } from "../emulator/azure/directory.ts";
import { useEmulator } from "#test/emulator.ts";
import { eventually, useReceiver } from "#test/logic-app-receiver.ts";
import { readControlUrl, deployAutomation, callControl } from "./demo-azure.ts";

const { urls } = useEmulator();
const receiver = useReceiver();

it("deploys the template, which then posts alerts of the chosen severities", async () => {
  const controlUrl = urls().controlUrl ?? "";
  const subscriptionId = subscriptions.development;
  const webhookUrl = `${receiver.url()}/api/webhooks/azure-logic-app/token`;
  await deployAutomation(controlUrl, { webhookUrl, subscriptionId, severities: ["Low"] });
  for (const severity of ["High", "Low"])
    await callControl(controlUrl, "/alerts", { subscriptionId, varied: true, properties: { severity } });
  await eventually(() => receiver.received.length === 2);
  expect(receiver.received.map(({ body }) => String(body.pocketsoc ?? body.Severity)).toSorted()).toEqual([
    "Low",
    "heartbeat",
  ]);
});

it("throws the emulated Azure's reason for a refusal", async () => {
  const options = { webhookUrl: "", subscriptionId: "unknown" };
  await expect(deployAutomation(urls().controlUrl ?? "", options)).rejects.toThrow("could not be found");
});

it("names the command to run when no demo is running", () => {
  expect(() => readControlUrl(mkdtempSync(join(tmpdir(), "pocketsoc-")), "npm run dev")).toThrow(
    "npm run dev",
  );
});

it("refuses control requests from a page in a browser", async () => {
  const headers = { origin: "https://elsewhere.example" };
  const response = await fetch(`${urls().controlUrl}/reset`, { method: "POST", headers });
  expect(response.status).toBe(403);
});
