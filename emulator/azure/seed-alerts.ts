export type AlertStatus = "Active" | "InProgress" | "Resolved" | "Dismissed";
export type Alert = {
  id: string;
  name: string;
  type: string;
  properties: Record<string, unknown> & { status: AlertStatus; version: string };
};

/** What an alert of the emulator is made from. */
export type Spec = [
  title: string,
  type: string,
  plan: string,
  severity: string,
  intent: string,
  resource: string,
  status?: AlertStatus,
];

const vm = "Microsoft.Compute/virtualMachines";
const storage = "Microsoft.Storage/storageAccounts";
const sql = "Microsoft.Sql/servers";
const aks = "Microsoft.ContainerService/managedClusters";
const vault = "Microsoft.KeyVault/vaults";
const site = "Microsoft.Web/sites";

/** Written for the emulator; titles follow the kinds of alert that Defender for Cloud raises. */
export const specs: Spec[] = [
  [
    "Ransomware indicators on a virtual machine",
    "VM_RansomwareIndicators",
    "Servers",
    "High",
    "Impact",
    `${vm}/vm-pay-01`,
  ],
  [
    "Suspicious process started from the temp folder",
    "VM_SuspectTempExecution",
    "Servers",
    "High",
    "Execution",
    `${vm}/vm-web-02`,
  ],
  [
    "Coin miner behaviour on a host",
    "VM_CoinMinerBehaviour",
    "Servers",
    "High",
    "Execution, Impact",
    `${vm}/vm-batch-07`,
  ],
  [
    "Many failed sign-ins over SSH",
    "VM_SshBruteForceFailed",
    "Servers",
    "Medium",
    "PreAttack",
    `${vm}/vm-jump-01`,
  ],
  [
    "Successful sign-in after many failures over RDP",
    "VM_RdpBruteForceSuccess",
    "Servers",
    "High",
    "Exploitation",
    `${vm}/vm-jump-02`,
  ],
  ["Antimalware was switched off", "VM_AmDisabled", "Servers", "Medium", "DefenseEvasion", `${vm}/vm-app-11`],
  ["New local administrator created", "VM_NewLocalAdmin", "Servers", "Low", "Persistence", `${vm}/vm-app-12`],
  [
    "Cleared event log",
    "VM_EventLogCleared",
    "Servers",
    "Informational",
    "DefenseEvasion",
    `${vm}/vm-app-12`,
  ],
  [
    "Reverse shell detected",
    "VM_ReverseShell",
    "Servers",
    "High",
    "CommandAndControl, Execution",
    `${vm}/vm-web-03`,
  ],
  [
    "Unusual amount of data taken from a storage account",
    "Storage.Blob_ExfiltrationVolume",
    "Storage",
    "Medium",
    "Exfiltration",
    `${storage}/stcontosofinance`,
  ],
  [
    "Access from a Tor exit node to a storage account",
    "Storage.Blob_TorAccess",
    "Storage",
    "High",
    "InitialAccess",
    `${storage}/stcontosobackup`,
  ],
  [
    "Malware uploaded to a storage account",
    "Storage.Blob_MalwareUpload",
    "Storage",
    "High",
    "LateralMovement",
    `${storage}/stcontosointake`,
  ],
  [
    "Container made readable by everyone",
    "Storage.Blob_PublicContainer",
    "Storage",
    "Medium",
    "Collection",
    `${storage}/stcontosomedia`,
  ],
  [
    "Access from an unusual place to a storage account",
    "Storage.Blob_UnusualLocation",
    "Storage",
    "Low",
    "InitialAccess",
    `${storage}/stcontosofinance`,
  ],
  [
    "Unusual file access through a share",
    "Storage.Files_UnusualAccess",
    "Storage",
    "Informational",
    "Collection",
    `${storage}/stcontosofiles`,
  ],
  [
    "Possible SQL injection",
    "SQL.DB_InjectionAttempt",
    "Databases",
    "High",
    "PreAttack",
    `${sql}/sql-shop/databases/orders`,
  ],
  [
    "Sign-in from an unusual data centre",
    "SQL.DB_UnusualDataCentre",
    "Databases",
    "Low",
    "Probing",
    `${sql}/sql-shop/databases/orders`,
  ],
  [
    "Many failed sign-ins to a database",
    "SQL.DB_BruteForceAttempt",
    "Databases",
    "Medium",
    "PreAttack",
    `${sql}/sql-hr/databases/people`,
  ],
  [
    "Unusual export of a database",
    "SQL.DB_UnusualExport",
    "Databases",
    "High",
    "Exfiltration",
    `${sql}/sql-hr/databases/people`,
  ],
  [
    "Unusual key listing on a Cosmos DB account",
    "Cosmos_KeyListing",
    "Cosmos DB",
    "Medium",
    "CredentialAccess",
    "Microsoft.DocumentDB/databaseAccounts/cosmos-catalog",
  ],
  [
    "Privileged container started",
    "K8S_PrivilegedContainer",
    "Containers",
    "Low",
    "PrivilegeEscalation",
    `${aks}/aks-shop`,
  ],
  [
    "Kubernetes dashboard exposed",
    "K8S_ExposedDashboardFound",
    "Containers",
    "High",
    "InitialAccess",
    `${aks}/aks-shop`,
  ],
  [
    "New cluster-admin binding",
    "K8S_ClusterAdminBinding",
    "Containers",
    "Low",
    "Persistence",
    `${aks}/aks-data`,
  ],
  [
    "Container running a known miner image",
    "K8S_MinerImage",
    "Containers",
    "High",
    "Execution",
    `${aks}/aks-data`,
  ],
  [
    "Process asked the instance metadata service",
    "K8S_NODE_MetadataCall",
    "Containers",
    "Informational",
    "CredentialAccess",
    `${aks}/aks-data`,
  ],
  [
    "User read many secrets from a key vault",
    "KV_ManySecretsRead",
    "Key Vault",
    "Medium",
    "CredentialAccess",
    `${vault}/kv-contoso-prod`,
  ],
  [
    "Key vault read from a Tor exit node",
    "KV_TorRead",
    "Key Vault",
    "Medium",
    "CredentialAccess",
    `${vault}/kv-contoso-prod`,
  ],
  [
    "Vault policy changed and secrets read",
    "KV_PolicyThenRead",
    "Key Vault",
    "Medium",
    "CredentialAccess, Persistence",
    `${vault}/kv-contoso-shared`,
  ],
  [
    "Web shell request to an app",
    "AppServices_WebShellRequest",
    "App Service",
    "High",
    "Persistence",
    `${site}/app-shop`,
  ],
  [
    "Domain points nowhere any more",
    "AppServices_DanglingName",
    "App Service",
    "High",
    "Impact",
    `${site}/app-campaign`,
  ],
  [
    "Requests from a known attack tool",
    "AppServices_AttackTool",
    "App Service",
    "Medium",
    "PreAttack",
    `${site}/app-shop`,
  ],
  [
    "Unusual number of requests to an API",
    "API_RequestSpike",
    "APIs",
    "Medium",
    "Impact",
    "Microsoft.ApiManagement/service/apim-contoso",
  ],
  [
    "Parameter guessing on an API",
    "API_ParameterGuessing",
    "APIs",
    "Low",
    "Probing",
    "Microsoft.ApiManagement/service/apim-contoso",
  ],
  ["Talks to a phishing domain", "DNS_PhishingTalk", "DNS", "Medium", "InitialAccess", `${vm}/vm-desk-21`],
  ["Data hidden in DNS queries", "DNS_Tunnel", "DNS", "High", "Exfiltration", `${vm}/vm-desk-22`],
  [
    "Role with high privileges assigned in an unusual way",
    "ARM_UnusualRoleAssignment",
    "Resource Manager",
    "High",
    "PrivilegeEscalation",
    "",
  ],
  [
    "Unusual use of a custom script extension",
    "ARM_ScriptExtension",
    "Resource Manager",
    "Medium",
    "Execution",
    `${vm}/vm-web-02`,
  ],
  [
    "Permissions probed from a suspicious address",
    "ARM_PermissionProbe",
    "Resource Manager",
    "Medium",
    "Discovery",
    "",
  ],
  [
    "[SAMPLE ALERT] Unusual sign-in to a virtual machine",
    "SIMULATED_VM_UnusualSignIn",
    "Servers",
    "Medium",
    "InitialAccess",
    `${vm}/Sample-VM`,
  ],
  [
    "[SAMPLE ALERT] Miner found in a container",
    "SIMULATED_K8S_Miner",
    "Containers",
    "High",
    "Execution",
    `${aks}/Sample-Cluster`,
  ],
  [
    "[SAMPLE ALERT] Tor access to a storage account",
    "SIMULATED_Storage.Blob_Tor",
    "Storage",
    "High",
    "Unknown",
    `${storage}/Sample-Storage`,
  ],
  [
    "Security incident: signs of a multi-stage attack",
    "SecurityIncident_MultiStage",
    "Servers",
    "High",
    "Execution, LateralMovement, Exfiltration",
    `${vm}/vm-web-02`,
  ],
  [
    "Security incident: same source on several hosts",
    "SecurityIncident_SameSource",
    "Servers",
    "Medium",
    "PreAttack",
    `${vm}/vm-jump-01`,
  ],
  [
    "Suspicious sign-in to the jump host",
    "VM_SuspiciousSignIn",
    "Servers",
    "Medium",
    "InitialAccess",
    `${vm}/vm-jump-01`,
    "InProgress",
  ],
  [
    "Sign-in with a leaked key",
    "Storage.Blob_LeakedKey",
    "Storage",
    "High",
    "CredentialAccess",
    `${storage}/stcontosomedia`,
    "Resolved",
  ],
  ["Port scan from a host", "VM_PortScan", "Servers", "Low", "Discovery", `${vm}/vm-desk-21`, "Dismissed"],
];

export const regions = ["centralus", "westeurope", "northeurope", "eastus"];
const remedy = [
  "1. Find out whether the activity was planned: ask the owner of the resource.",
  "2. If it was not, isolate the resource and change the credentials it can reach.\r\n3. Keep %{resourceName}'s logs before you clean up.",
  '{"displayValue":"How to investigate alerts","kind":"Link","value":"https://learn.microsoft.com/azure/defender-for-cloud/managing-and-responding-alerts"}',
];

/** The alerts of one subscription: those of `specs` whose turn it is, with the shapes that Azure really sends. */
export function seedAlerts(
  subscriptionId: string,
  tenantId: string,
  turn: (index: number) => boolean,
  now: number,
): Alert[] {
  return specs.flatMap((spec, index) =>
    turn(index) ? [alertOf(spec, index, subscriptionId, tenantId, now)] : [],
  );
}

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
  const ticks = (at: number) => new Date(at).toISOString().replace(/\.(\d{3})Z$/, ".$18195Z");
  const guid = `c3000000-0000-4000-8000-${String(index).padStart(4, "0")}${subscriptionId.slice(0, 8)}`;
  const name = index % 5 === 0 ? guid : `${25_168_997_959_923 + index}78081_${guid}`;
  const region = regions[index % regions.length] ?? "centralus";
  const armResource = resource
    ? `/subscriptions/${subscriptionId}/resourceGroups/rg-contoso/providers/${resource}`
    : `/subscriptions/${subscriptionId}`;
  const resourceId =
    index % 3 === 0
      ? armResource
          .replace("/subscriptions/", "/SUBSCRIPTIONS/")
          .replace("/resourceGroups/", "/RESOURCEGROUPS/")
      : armResource;
  const short = resource.split("/").at(-1) ?? "";
  const host = `${region}_${index * 10 + 1}`;
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
      startTimeUtc: ticks(begun - lagMs),
      endTimeUtc: ticks(begun - lagMs + 30_000),
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
      timeGeneratedUtc: ticks(begun),
      productName: index % 2 ? "Microsoft Defender for Cloud" : "Azure Security Center",
      processingEndTimeUtc: ticks(begun + 2_000),
      entities: [
        { $id: host, hostName: short, azureID: resourceId, osFamily: "Linux", type: "host" },
        {
          $id: `${region}_${index * 10 + 2}`,
          address: `198.51.100.${(index % 250) + 1}`,
          location: { countryCode: "nl", city: "Amsterdam" },
          type: "ip",
        },
        {
          $id: `${region}_${index * 10 + 3}`,
          name: "svc-deploy",
          ntDomain: "CONTOSO",
          host: { $ref: host },
          type: "account",
        },
        {
          $id: `${region}_${index * 10 + 4}`,
          processId: "0x1640",
          commandLine: "/tmp/x -t 4",
          host: { $ref: host },
          parentProcess: { $ref: `${region}_${index * 10 + 4}` },
          type: "process",
        },
      ],
      isIncident: alertType.startsWith("SecurityIncident"),
      correlationKey: index % 2 ? "" : null,
      extendedProperties: {
        resourceType: resource.split("/")[1] ?? "Subscription",
        "client IP Address": `198.51.100.${(index % 250) + 1}`,
        "potential causes": "<b>Unplanned change</b> or an attacker",
        "investigation Steps": '{"displayValue":"Open the logs","kind":"Link","value":"javascript:alert(1)"}',
      },
      compromisedEntity: short,
      ...(index % 4 === 0
        ? { techniques: ["T1059"], subTechniques: ["T1059.004"], supportingEvidence: { type: "none" } }
        : {}),
    },
  };
}
