import type { Egress } from "#lib/platform/egress.ts";

/**
 * What a vendor's folder may use from outside. It is passed to every call, so that the folder needs no environment, clock
 * or database of its own.
 */
export type VendorIo = {
  now: () => Date;
  signal: AbortSignal;
  /** the portal's way out; every call of the vendor uses it, so that the operator's proxy sees them all */
  egress: Egress;
  log: (event: string, detail: Record<string, unknown>) => void;
  /**
   * Waits until a rate limit allows one more call. `key` is the vendor's name for what is counted. All processes of the
   * installation together may make at most `perMinute` calls a minute, and at most a quarter of those at once. If the wait
   * would exceed a few seconds, throws VendorError `throttled`; a retry may succeed.
   */
  take: (key: string, perMinute: number) => Promise<void>;
};
