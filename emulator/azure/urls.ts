/**
 * The addresses at which the emulator serves Entra ID (`authorityHost` for programs, `browserUrl` for browsers) and
 * Resource Manager.
 */
export type EntraUrls = { authorityHost: string; browserUrl: string; armEndpoint: string };
