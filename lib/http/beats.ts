import { type Beat, beatEveryMs } from "#lib/domain/beat.ts";

/** Passes events on, and a beat for every 15 s in which none comes. */
export async function* withBeats<E>(
  events: AsyncGenerator<E, void, void>,
): AsyncGenerator<E | Beat, void, void> {
  try {
    for (;;) {
      const next = events.next();
      // its rejection reaches the reader below, unless the reader has left
      next.catch(() => {});
      let result = await orBeat(next);
      for (; result === null; result = await orBeat(next)) yield { type: "beat" };
      if (result.done) return;
      yield result.value;
    }
  } finally {
    // not awaited: the generator may wait for something that ends only after this one. Nobody is left to hear of its failure
    events.return().catch(() => {});
  }
}

/** Returns what `work` resolves to, or null if it takes longer than the time between two beats. */
async function orBeat<T>(work: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), beatEveryMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
