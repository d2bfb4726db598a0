/** Where the emulated clouds answer: Entra ID for machines and for browsers, and Resource Manager. */
export type EntraUrls = { authorityHost: string; browserUrl: string; armEndpoint: string };
