import type { Json } from "#lib/domain/detection.ts";
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
  const locations = await whole(arm.list("/providers/Microsoft.Security/locations", locationsVersion));
  return locations.flatMap((location) => {
    const { name } = objectOf(location);
    return typeof name === "string" ? [name.toLowerCase()] : [];
  });
}

/** Lists the workflow automations that post to our webhook. Throws VendorError. */
export async function listForwardingRules(arm: ArmClient): Promise<ForwardingRule[]> {
  const path = "/providers/Microsoft.Security/automations";
  return forwardingRules(await whole(arm.list(path, automationsVersion)));
}

/** Returns the entries of a list. Throws VendorError if some weren't read: one that is missing would count as not there. */
async function whole(list: ReturnType<ArmClient["list"]>): Promise<Json[]> {
  const { values, isWhole } = await list;
  if (!isWhole) throw azureError("resources_unfinished");
  return values;
}

/** Asks Azure to create a bundle of samples. Azure raises the samples some minutes later. Throws VendorError. */
export async function createSamples(arm: ArmClient): Promise<void> {
  const [location = "centralus"] = await listLocations(arm);
  const path = `/providers/Microsoft.Security/locations/${encodeURIComponent(location)}/alerts/default/simulate`;
  await arm.post(path, alertsVersion, "simulate", {
    properties: { kind: "Bundles", bundles: [sampleBundle] },
  });
}
