/**
 * Returns a function that runs `work`. At most `concurrency` calls of `work` run at once; further calls wait in order of
 * arrival.
 */
export function createLimiter(concurrency: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      // a waiting piece takes over this one's slot, so `running` stays the same
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
