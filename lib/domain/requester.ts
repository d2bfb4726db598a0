/**
 * Who asked for work that is done later. A request has a session or an API token; `sessionHash` is the hash of the session's
 * id, in hex.
 */
export type Requester = { userId: string; sessionHash?: string; tokenId?: string };
