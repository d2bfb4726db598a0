/**
 * The addresses of the emulated services. `authorityHost` is Entra ID for programs, `browserUrl` Entra ID for browsers, and
 * `armEndpoint` Resource Manager.
 */
export type EntraUrls = { authorityHost: string; browserUrl: string; armEndpoint: string };
