import type { LiveEvent } from "./live-connection.ts";

const eventsMax = 2_000;

/** The changes received after a change number, in order. Only the latest are kept. */
export class EventLog {
  #events: LiveEvent[] = [];
  #after: number;

  constructor(after: number) {
    this.#after = after;
  }

  push(event: LiveEvent): void {
    // a reset means that earlier events are missing
    if (event.type === "reset") return this.restart(event.sequence);
    if (event.type !== "row" && event.type !== "deleted") return;
    this.#events.push(event);
    if (this.#events.length > eventsMax) this.#after = this.#events.shift()?.sequence ?? this.#after;
  }

  /** Forgets all events, and is complete from a change number on. */
  restart(after: number): void {
    this.#events = [];
    this.#after = after;
  }

  /** The events after a change number, and whether none is missing. */
  since(sequence: number): { events: LiveEvent[]; isWhole: boolean } {
    return {
      events: this.#events.filter((event) => event.sequence > sequence),
      isWhole: sequence >= this.#after,
    };
  }
}
