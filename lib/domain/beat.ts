/**
 * An event that says only that a stream goes on. A reverse proxy would close a connection on which nothing comes for a minute.
 */
export type Beat = { type: "beat" };
export const beatEveryMs = 15_000;
