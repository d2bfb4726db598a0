/**
 * The addresses of the emulated services. `authorityHost` is Entra ID for programs, `browserUrl` Entra ID for browsers,
 * `armEndpoint` Resource Manager, and `graphEndpoint` Microsoft Graph.
 */
export type EntraUrls = {
  authorityHost: string;
  browserUrl: string;
  armEndpoint: string;
  graphEndpoint: string;
};
