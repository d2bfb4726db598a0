/** The emulator's addresses: Entra ID for programs (`authorityHost`) and for browsers (`browserUrl`), and Resource Manager. */
export type EntraUrls = { authorityHost: string; browserUrl: string; armEndpoint: string };
