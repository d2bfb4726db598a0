/** Handed in, so that a vendor's folder reads no environment, no clock and no database. */
export type VendorIo = {
  now: () => Date;
  signal: AbortSignal;
  log: (event: string, detail: Record<string, unknown>) => void;
};
