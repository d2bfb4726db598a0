import type { Spec } from "./alert-specs.ts";

/** The bundles of the alert simulator. Each sample is a text `type|severity|intent|title`. */
const bundles: Record<string, { plan: string; resource: string; samples: string[] }> = {
  VirtualMachines: {
    plan: "Servers",
    resource: "Microsoft.Compute/virtualMachines/Sample-VM",
    samples: [
      "VM_CoinMiner|High|Execution|Coin mining on a virtual machine",
      "VM_SuspectPath|High|Execution|A program ran from a place where none should",
      "VM_LogCleanup|Medium|DefenseEvasion|Traces were removed from a virtual machine",
      "VM_BruteForce|Medium|PreAttack|Many failed sign-ins to a virtual machine",
      "VM_PortScan|Low|Discovery|A virtual machine scanned its neighbours",
    ],
  },
  StorageAccounts: {
    plan: "Storage",
    resource: "Microsoft.Storage/storageAccounts/Sample-Storage",
    samples: [
      "Storage.Blob_TorAccess|High|InitialAccess|Access to a storage account from an anonymising network",
      "Storage.Blob_Malware|High|LateralMovement|Malware in a storage account",
      "Storage.Blob_OpenContainer|Medium|Collection|A container was opened to everyone",
      "Storage.Files_Exfiltration|Medium|Exfiltration|An unusual number of files was taken",
      "Storage.Blob_OddApplication|Low|Execution|An unusual application read a storage account",
    ],
  },
  SqlServers: {
    plan: "SqlServers",
    resource: "Microsoft.Sql/servers/Sample-SQL",
    samples: [
      "SQL.DB_Injection|High|PreAttack|Possible SQL injection",
      "SQL.DB_BruteForce|High|PreAttack|Many failed sign-ins to a database",
      "SQL.DB_GeoAnomaly|Medium|InitialAccess|A sign-in to a database from an unusual place",
      "SQL.DB_OddPrincipal|Low|InitialAccess|A sign-in to a database by somebody new",
    ],
  },
  KeyVaults: {
    plan: "KeyVaults",
    resource: "Microsoft.KeyVault/vaults/Sample-KV",
    samples: [
      "KV_TorAccess|Medium|CredentialAccess|Access to a key vault from an anonymising network",
      "KV_ListGet|Medium|CredentialAccess|All secrets of a key vault were listed and read",
      "KV_PutGet|Medium|CredentialAccess|Rules of a key vault were changed, then secrets read",
      "KV_Volume|Low|CredentialAccess|An unusual number of reads from a key vault",
    ],
  },
  AppServices: {
    plan: "AppServices",
    resource: "Microsoft.Web/sites/Sample-Web",
    samples: [
      "APPS_DanglingDomain|High|InitialAccess|A domain points to an app that is gone",
      "APPS_WebShell|High|Persistence|A web shell was uploaded",
      "APPS_Phishing|Medium|Collection|Phishing pages on a web app",
      "APPS_Scan|Low|PreAttack|A web app was scanned for weak spots",
    ],
  },
  KubernetesService: {
    plan: "Containers",
    resource: "Microsoft.ContainerService/managedClusters/Sample-Cluster",
    samples: [
      "K8S_ExposedDashboard|High|InitialAccess|A cluster's dashboard faces the internet",
      "K8S_PrivilegedPod|Low|PrivilegeEscalation|A container with all rights was started",
      "K8S_MetadataCall|Medium|CredentialAccess|A container asked for the machine's identity",
      "K8S_CoinMiner|High|Execution|An image that mines coins was started",
    ],
  },
  ResourceManager: {
    plan: "Arm",
    resource: "",
    samples: [
      "ARM_OddRoleAssignment|Medium|PrivilegeEscalation|An unusual role assignment",
      "ARM_AntimalwareOff|High|DefenseEvasion|Antimalware was switched off by an extension",
      "ARM_ScriptExtension|Medium|Execution|A suspicious script was sent to a machine",
      "ARM_RoleDefinition|Low|PrivilegeEscalation|A role with wide rights was made",
    ],
  },
  DNS: {
    plan: "Dns",
    resource: "Microsoft.Compute/virtualMachines/Sample-VM",
    samples: [
      "DNS_Phishing|Medium|InitialAccess|A name known for phishing was looked up",
      "DNS_Exfiltration|Low|Exfiltration|Data may have left by way of look-ups",
      "DNS_CoinPool|Low|Execution|A name of a coin pool was looked up",
      "DNS_Tunnel|High|CommandAndControl|A tunnel through look-ups",
    ],
  },
  CosmosDbs: {
    plan: "CosmosDbs",
    resource: "Microsoft.DocumentDB/databaseAccounts/Sample-Cosmos",
    samples: [
      "CosmosDB_Injection|Low|InitialAccess|Possible SQL injection into a document database",
      "CosmosDB_TorAccess|High|InitialAccess|Access to a document database from an anonymising network",
      "CosmosDB_ListKeys|Medium|CredentialAccess|Keys of a document database were listed",
      "CosmosDB_Exfiltration|Medium|Exfiltration|An unusual amount of data was taken",
    ],
  },
};

/** The specs of each bundle's samples, marked as samples in the same way as Azure's. */
export const sampleSpecs: Record<string, Spec[]> = Object.fromEntries(
  Object.entries(bundles).map(([name, { plan, resource, samples }]) => [
    name,
    samples.map((line): Spec => {
      const [type = "", severity = "", intent = "", title = ""] = line.split("|");
      return [`[SAMPLE ALERT] ${title}`, `SIMULATED_${type}`, plan, severity, intent, resource];
    }),
  ]),
);
