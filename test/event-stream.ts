/** A server-sent event, parsed. */
type ReadEvent = { event: string; id: number; data: { id?: string; [key: string]: unknown } };

/** Splits a text into its complete events and the remaining text. Comments, and events without a name, are left out. */
export function parseEvents(text: string): { events: ReadEvent[]; rest: string } {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const events = blocks.flatMap((block) => {
    const fields = Object.fromEntries(
      block
        .split("\n")
        .map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]),
    ) as Record<string, string | undefined>;
    if (!fields.event) return [];
    return [
      {
        event: fields.event,
        id: Number(fields.id),
        data: JSON.parse(fields.data ?? "{}") as ReadEvent["data"],
      },
    ];
  });
  return { events, rest };
}

/** Reads a stream of server-sent events until the stream ends. The returned list `events` grows whenever an event arrives. */
export function readEvents(body: ReadableStream<Uint8Array>) {
  const events: ReadEvent[] = [];
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const read = async (): Promise<"ended" | "broken"> => {
    let text = "";
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return "ended";
        const parsed = parseEvents(text + decoder.decode(value, { stream: true }));
        events.push(...parsed.events);
        text = parsed.rest;
      }
    } catch {
      // the connection broke
      return "broken";
    }
  };
  return { events, ended: read(), close: () => reader.cancel() };
}
