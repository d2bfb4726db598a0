type Figures = { p50: number; p95: number; n: number };

/** Runs `work` n times, after five runs that aren't measured. Returns the figures of the n runs in ms. */
export async function timed(n: number, work: (run: number) => Promise<unknown>): Promise<Figures> {
  for (let run = 0; run < 5; run++) await work(run);
  const took: number[] = [];
  for (let run = 0; run < n; run++) {
    const started = performance.now();
    await work(run);
    took.push(performance.now() - started);
  }
  return figuresOf(took);
}

/** Returns the median and the 95th percentile of times in ms. */
export function figuresOf(took: number[]): Figures {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), n: sorted.length };
}

let missed = 0;

/** Prints a line with the figures. With `aimMs`, the line says whether p95 is below this aim. */
export function report(name: string, { p50, p95, n }: Figures, aimMs?: number): void {
  const verdict = aimMs === undefined ? "" : p95 < aimMs ? `aim < ${aimMs}: held` : `aim < ${aimMs}: MISSED`;
  if (verdict.endsWith("MISSED")) missed++;
  const number = (value: number) => value.toFixed(2).padStart(9);
  console.log(`${name.padEnd(52)} p50${number(p50)}  p95${number(p95)}  n=${n}  ${verdict}`);
}

/** Returns the number of missed aims so far. */
export const countMissed = () => missed;
