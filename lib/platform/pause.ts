/** Waits `ms` milliseconds. If `signal` aborts, throws the signal's reason at once. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

/** Waits `ms` milliseconds, or until `signal` aborts. The caller checks the signal if it matters which. */
export function pauseOrAbort(ms: number, signal: AbortSignal): Promise<void> {
  // it rejects only when the signal aborts
  return pause(ms, signal).catch(() => undefined);
}
