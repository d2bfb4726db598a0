/** One step of a sample's path from the vendor to the screen. */
export type Hop = {
  id:
    | "accepted"
    | "received"
    | "polled"
    | "stored"
    | "phone"
    | `phone:${string}`
    | `sent:${string}`
    | `shown:${string}`;
  label: string;
  /**
   * `refused`: the vendor refused to create samples, but a person can still create some at the vendor. `skipped`: the hop
   * can't be tested; the reason says why
   */
  state: "waiting" | "passed" | "refused" | "missing" | "skipped";
  /** the time from the beginning of the test until the hop passed, in ms; null if the hop hasn't passed */
  afterMs: number | null;
  /** a sentence that says why the hop is refused, missing or skipped, and what to do; otherwise null */
  reason: string | null;
};
