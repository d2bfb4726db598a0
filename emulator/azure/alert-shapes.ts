import type { Subscription } from "./directory.ts";

type Properties = Record<string, unknown>;

const workspaceId = "5d3b2c1a-0f9e-4d8c-8b7a-6f5e4d3c2b1a";

/**
 * Returns properties of alerts in shapes that recordings of Azure show beside the usual one, by name: resources that aren't an
 * Azure resource of their own, JSON in texts, and entities that refer to each other.
 */
export function alertShapes({ id, tenantId }: Subscription): Record<string, Properties> {
  const group = `/subscriptions/${id}/resourceGroups/rg-contoso/providers`;
  const instance = `${group}/Microsoft.Compute/virtualMachineScaleSets/aks-pool-1-vmss/virtualMachines/0`;
  const connected = (entity: string) =>
    `${group}/Microsoft.Security/securityConnectors/${workspaceId}/securityEntityData/${entity}`;
  const about = (azureResourceId: string, compromisedEntity: string): Properties => ({
    resourceIdentifiers: [{ $id: "shapes_1", azureResourceId, type: "AzureResource" }],
    entities: [{ $id: "shapes_2", address: "198.51.100.9", type: "ip" }],
    compromisedEntity,
  });
  const directory = { $id: "shapes_1", aadTenantId: tenantId, type: "AAD" };
  return {
    "scale-set": {
      ...about(instance, "0"),
      entities: [{ $id: "shapes_2", azureID: instance, hostName: "0", type: "host" }],
    },
    workspace: {
      ...about("", "dc01.corp.example"),
      resourceIdentifiers: [{ $id: "shapes_1", type: "LogAnalytics", workspaceId }],
    },
    directory: { ...about("", "user@contoso.example"), resourceIdentifiers: [directory] },
    aws: about(connected("aws-ec2-instance-i-0abc"), ""),
    gcp: about(connected("gcp-compute-instance-web-1"), ""),
    "azure-id-only": {
      ...about(`${group}/Microsoft.Compute/virtualMachines/vm-id-only`, ""),
      entities: [
        { $id: "shapes_2", azureID: `${group}/Microsoft.Compute/virtualMachines/vm-id-only`, type: "host" },
      ],
    },
    "open-blade": {
      remediationSteps: [
        '{"kind":"openBlade","displayValue":"Enforce rule","extension":"Microsoft_Azure_Security","detailBlade":"Rules","detailBladeInputs":"id=1"}',
      ],
    },
    "multi-link": {
      extendedProperties: {
        "threat Reports":
          '{"Kind":"MultiLink","DisplayValueToUrlDictionary":{"Report: R":"https://learn.microsoft.com/r.pdf","Report: S":"https://example.com/s.pdf"}}',
      },
    },
    references: {
      entities: [
        { $id: "shapes_2", hostName: "vm-refs-01", type: "host" },
        {
          $id: "shapes_3",
          commandLine: "/tmp/x -t 4",
          host: { $ref: "shapes_2" },
          account: { $id: "shapes_4", name: "svc-deploy", ntDomain: "CONTOSO", type: "account" },
          type: "process",
        },
        { $ref: "shapes_4" },
        { $ref: "shapes_2" },
      ],
    },
  };
}
