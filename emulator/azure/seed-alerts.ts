import { type AlertStatus, type Spec, specs } from "./alert-specs.ts";

export type Alert = {
  id: string;
  name: string;
  type: string;
  properties: Record<string, unknown> & { status: AlertStatus; version: string };
};

export const regions = ["centralus", "westeurope", "northeurope", "eastus"];
const remedy = [
  "1. Find out whether the activity was planned: ask the owner of the resource.",
  "2. If it was not, isolate the resource and change the credentials it can reach.\r\n3. Keep %{resourceName}'s logs before you clean up.",
  '{"displayValue":"How to investigate alerts","kind":"Link","value":"https://learn.microsoft.com/azure/defender-for-cloud/managing-and-responding-alerts"}',
];

/**
 * Returns the initial alerts of a subscription. `isIncluded` chooses among `specs` by index. The newest alert is about two
 * minutes older than `now`, which is in milliseconds since the epoch.
 */
export function seedAlerts(
  subscriptionId: string,
  tenantId: string,
  isIncluded: (index: number) => boolean,
  now: number,
): Alert[] {
  return specs.flatMap((spec, index) =>
    isIncluded(index) ? [alertOf(spec, index, subscriptionId, tenantId, now)] : [],
  );
}

/**
 * Makes an alert in one of the forms that Azure sends; `index` decides which. Ids have two forms, resource ids two
 * spellings, and some fields are optional. The alert's age also grows with `index`, from two minutes on.
 */
// long: an alert in Azure's own form, a field a line
export function alertOf(
  spec: Spec,
  index: number,
  subscriptionId: string,
  tenantId: string,
  now: number,
): Alert {
  const [title, alertType, plan, severity, intent, resource, status = "Active"] = spec;
  const begun = now - (2 + index ** 2 * 27) * 60_000;
  const lagMs = (20 + ((index * 61) % 2_800)) * 1_000;
  const name = nameOf(index, subscriptionId);
  const region = regions[index % regions.length] ?? "centralus";
  const resourceId = resourceIdOf(index, subscriptionId, resource);
  const short = resource.split("/").at(-1) ?? "";
  const group = resource ? "/resourceGroups/rg-contoso" : "";
  return {
    id: `/subscriptions/${subscriptionId}${group}/providers/Microsoft.Security/locations/${region}/alerts/${name}`,
    name,
    type: "Microsoft.Security/Locations/alerts",
    properties: {
      version: "2022-01-01.0",
      alertType,
      systemAlertId: name,
      productComponentName: plan,
      alertDisplayName: title,
      description: `${title.startsWith("[SAMPLE") ? "THIS IS A SAMPLE ALERT: " : ""}Defender saw this on ${short || "the subscription"} and compared it with what is usual there. It may be the work of an attacker, or of a colleague: ask first.`,
      severity,
      intent,
      startTimeUtc: timestampOf(begun - lagMs),
      endTimeUtc: timestampOf(begun - lagMs + 30_000),
      resourceIdentifiers: [
        {
          $id: `${region}_${index * 10}`,
          azureResourceId: resourceId,
          type: "AzureResource",
          azureResourceTenantId: tenantId,
        },
        { aadTenantId: tenantId, type: "AAD" },
      ],
      remediationSteps: remedy,
      vendorName: "Microsoft",
      status,
      alertUri: `https://portal.azure.com/#blade/Microsoft_Azure_Security_AzureDefenderForData/AlertBlade/alertId/${name}/subscriptionId/${subscriptionId}/resourceGroup/rg-contoso/referencedFrom/alertDeepLink/location/${region}`,
      timeGeneratedUtc: timestampOf(begun),
      productName: index % 2 ? "Microsoft Defender for Cloud" : "Azure Security Center",
      processingEndTimeUtc: timestampOf(begun + 2_000),
      entities: entitiesOf(index, region, resourceId, short),
      isIncident: alertType.startsWith("SecurityIncident"),
      correlationKey: index % 2 ? "" : null,
      extendedProperties: extendedPropertiesOf(index, resource),
      compromisedEntity: short,
      ...(index % 4 === 0
        ? { techniques: ["T1059"], subTechniques: ["T1059.004"], supportingEvidence: { type: "none" } }
        : {}),
    },
  };
}

/** Returns a timestamp as Azure writes it, with seven decimals. `at` is in milliseconds since the epoch. */
const timestampOf = (at: number) => new Date(at).toISOString().replace(/\.(\d{3})Z$/, ".$18195Z");

/** Returns an alert's name: a plain GUID for every fifth alert, and a number followed by a GUID for all others. */
function nameOf(index: number, subscriptionId: string): string {
  const guid = `c3000000-0000-4000-8000-${String(index).padStart(4, "0")}${subscriptionId.slice(0, 8)}`;
  return index % 5 === 0 ? guid : `${25_168_997_959_923 + index}78081_${guid}`;
}

/** Returns a resource's id. For every third alert it is in capitals. */
function resourceIdOf(index: number, subscriptionId: string, resource: string): string {
  const id = resource
    ? `/subscriptions/${subscriptionId}/resourceGroups/rg-contoso/providers/${resource}`
    : `/subscriptions/${subscriptionId}`;
  if (index % 3 !== 0) return id;
  return id.replace("/subscriptions/", "/SUBSCRIPTIONS/").replace("/resourceGroups/", "/RESOURCEGROUPS/");
}

function entitiesOf(index: number, region: string, resourceId: string, hostName: string): object[] {
  const id = (offset: number) => `${region}_${index * 10 + offset}`;
  return [
    { $id: id(1), hostName, azureID: resourceId, osFamily: "Linux", type: "host" },
    {
      $id: id(2),
      address: `198.51.100.${(index % 250) + 1}`,
      location: { countryCode: "nl", city: "Amsterdam" },
      type: "ip",
    },
    {
      $id: id(3),
      name: "svc-deploy",
      ntDomain: "CONTOSO",
      host: { $ref: id(1) },
      type: "account",
    },
    {
      $id: id(4),
      processId: "0x1640",
      commandLine: "/tmp/x -t 4",
      host: { $ref: id(1) },
      parentProcess: { $ref: id(4) },
      type: "process",
    },
  ];
}

const extendedPropertiesOf = (index: number, resource: string) => ({
  resourceType: resource.split("/")[1] ?? "Subscription",
  "client IP Address": `198.51.100.${(index % 250) + 1}`,
  "potential causes": "<b>Unplanned change</b> or an attacker",
  "investigation Steps": '{"displayValue":"Open the logs","kind":"Link","value":"javascript:alert(1)"}',
});
