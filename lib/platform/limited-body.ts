/** Why a body wasn't read completely. */
type BodyRefusal = "too_large" | "too_slow" | "broken_off";

/**
 * Reads a stream of up to `maxBytes` within `timeoutMs`, or until `stop` aborts. If the stream is too long, too slow or broken off, the result
 * carries the bytes read so far, at most `maxBytes`.
 */
export async function readLimited(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
  timeoutMs: number,
  stop?: AbortSignal,
): Promise<{ ok: true; bytes: Buffer } | { ok: false; refusal: BodyRefusal; bytes: Buffer }> {
  if (!body) return { ok: true, bytes: Buffer.alloc(0) };
  const reader = body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), timeoutMs);
    stop?.addEventListener("abort", () => resolve("late"), { once: true });
  });
  const refuse = (refusal: BodyRefusal) => {
    // the rest is dropped, so a failure to close the stream changes nothing
    reader.return?.().catch(() => undefined);
    return { ok: false, refusal, bytes: Buffer.concat(chunks) } as const;
  };
  try {
    for (;;) {
      const next = await Promise.race([reader.next(), late]);
      if (next === "late") return refuse("too_slow");
      if (next.done) return { ok: true, bytes: Buffer.concat(chunks, length) };
      length += next.value.byteLength;
      if (length > maxBytes) return refuse("too_large");
      chunks.push(next.value);
    }
  } catch {
    // the client disconnected
    return refuse("broken_off");
  } finally {
    clearTimeout(timer);
  }
}
