// @vitest-environment happy-dom
import { act } from "react";
import { expect, it } from "vitest";
import type { Beat } from "#lib/domain/beat.ts";
import { draw } from "#test/draw.ts";
import { useStream } from "./use-stream.ts";

type Event = { type: "step"; id: string };

function Steps({ events: sent }: { events: (Event | Beat)[] }) {
  const { events, run } = useStream<Event>();
  async function* start() {
    yield* sent;
  }
  return (
    <button type="button" onClick={() => void run(start)}>
      {events.map((event) => ("id" in event ? event.id : event.type)).join(" ")}
    </button>
  );
}

it("a beat, which only keeps the connection open, is no event", async () => {
  const beat = { type: "beat" } as const;
  const events = [{ type: "step", id: "one" } as const, beat, { type: "step", id: "two" } as const, beat];
  const { place } = await draw(<Steps events={events} />);
  const button = place.querySelector("button");
  await act(async () => button?.click());
  expect(button?.textContent).toBe("one two");
});
