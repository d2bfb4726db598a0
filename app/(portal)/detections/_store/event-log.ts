import type { LiveEvent } from "./live-connection.ts";

const eventsMax = 2_000;

/** A log of the stream events after a change number, in order. Keeps only the latest events. */
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

  /** Removes all events. The log then begins after the change number `after`. */
  restart(after: number): void {
    this.#events = [];
    this.#after = after;
  }

  /** The events after a change number, and whether the log still has all of them. */
  since(sequence: number): { events: LiveEvent[]; isWhole: boolean } {
    return {
      events: this.#events.filter((event) => event.sequence > sequence),
      isWhole: sequence >= this.#after,
    };
  }
}
