import { originProblem } from "#lib/platform/origin.ts";
import type { SettingProblem, VendorSettings } from "../contract.ts";
import { authorityHosts } from "../shared/microsoft-entra/api.ts";

const defaults = {
  AZURE_AUTHORITY_HOST: authorityHosts.AzureCloud,
  AZURE_RESOURCE_MANAGER_ENDPOINT: "https://management.azure.com",
  AZURE_PORTAL_URL: "https://portal.azure.com",
  /** only asked when a secret expires; without it, the portal doesn't ask */
  AZURE_GRAPH_ENDPOINT: "",
};
type Name = keyof typeof defaults;

/** The settings for an operator's own Azure cloud. A setting that is missing has the public cloud's value. */
export const settings: VendorSettings = {
  names: Object.keys(defaults),
  read: (values) => {
    const problems: SettingProblem[] = [];
    const origin = (name: Name, mayBeLocal: boolean) => {
      const value = values[name]?.trim() || defaults[name];
      const problem = value && originProblem(value, mayBeLocal);
      if (problem) problems.push({ name, problem });
      return value.replace(/\/$/, "");
    };
    const authorityHost = origin("AZURE_AUTHORITY_HOST", false);
    const resourceManager = origin("AZURE_RESOURCE_MANAGER_ENDPOINT", false);
    const consoleUrl = origin("AZURE_PORTAL_URL", true);
    const graph = origin("AZURE_GRAPH_ENDPOINT", false);
    const isOwn = Boolean(values.AZURE_AUTHORITY_HOST || values.AZURE_RESOURCE_MANAGER_ENDPOINT);
    if (!isOwn || problems.length > 0) return { cloud: null, problems };
    return {
      // a fixed id, so that stored configurations still match when the operator changes the address
      cloud: {
        id: "custom",
        label: new URL(resourceManager).host,
        consoleUrl,
        endpoints: { authorityHost, resourceManager, ...(graph ? { graph } : {}) },
      },
      problems,
    };
  },
};
