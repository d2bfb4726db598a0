import type { ForwardingRule } from "#lib/domain/forwarding.ts";
import { forwardingRules } from "./automations.ts";
import type { ArmClient } from "./client.ts";
import { alertsVersion } from "./arm-address.ts";
import { azureError } from "./errors.ts";
import { objectOf } from "../shared/json.ts";

const locationsVersion = "2015-06-01-preview";
const automationsVersion = "2023-12-01-preview";
/** the name of Azure's smallest bundle of samples */
const sampleBundle = "DNS";

/** Lists the locations that can hold a subscription's alerts, in lower case. Throws VendorError. */
export async function listLocations(arm: ArmClient): Promise<string[]> {
  const { value } = objectOf(await arm.get("/providers/Microsoft.Security/locations", locationsVersion));
  if (!Array.isArray(value)) throw azureError("not_json");
  return value.flatMap((location) => {
    const { name } = objectOf(location);
    return typeof name === "string" ? [name.toLowerCase()] : [];
  });
}

/** Lists the workflow automations that post to our webhook. Throws VendorError. */
export async function listForwardingRules(arm: ArmClient): Promise<ForwardingRule[]> {
  return forwardingRules(await arm.get("/providers/Microsoft.Security/automations", automationsVersion));
}

/** Asks Azure to create a bundle of samples. Azure raises the samples some minutes later. Throws VendorError. */
export async function createSamples(arm: ArmClient): Promise<void> {
  const [location = "centralus"] = await listLocations(arm);
  const path = `/providers/Microsoft.Security/locations/${encodeURIComponent(location)}/alerts/default/simulate`;
  await arm.post(path, alertsVersion, "simulate", {
    properties: { kind: "Bundles", bundles: [sampleBundle] },
  });
}
