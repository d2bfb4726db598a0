/** Handed in, so that a vendor's folder reads no environment, no clock and no database. */
export type VendorIo = {
  now: () => Date;
  signal: AbortSignal;
  log: (event: string, detail: Record<string, unknown>) => void;
  /**
   * Waits in line for a turn under `key`, the vendor's own name for what it counts: all processes of the installation
   * together take no more than `perMinute` in any minute, a quarter of them at once. Throws VendorError `throttled`, which
   * passes, where the line is longer than a few seconds.
   */
  take: (key: string, perMinute: number) => Promise<void>;
};
