import { getServices } from "#lib/auth/services.ts";

/**
 * Returns a stream of the texts that `parts` yields, each made when the reader has taken the one before. The first is awaited here,
 * so that a refusal becomes an answer of its own. A later failure is logged and breaks the stream off.
 */
export async function textStream(
  parts: AsyncGenerator<string, void, void>,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string, void> | null = await parts.next();
  return new ReadableStream({
    async pull(controller) {
      try {
        const part: IteratorResult<string, void> = next ?? (await parts.next());
        next = null;
        if (part.done) controller.close();
        else controller.enqueue(encoder.encode(part.value));
      } catch (error) {
        getServices().log("export.broken_off", { error });
        controller.error(error);
      }
    },
    async cancel() {
      await parts.return();
    },
  });
}
