import type { LiveEvent } from "./live-connection.ts";

const eventsMax = 2_000;

/** The changes heard after a change number, in order; only the last of them are kept. */
export class EventLog {
  #events: LiveEvent[] = [];
  #after: number;

  constructor(after: number) {
    this.#after = after;
  }

  push(event: LiveEvent): void {
    // it says that what came before it isn't all of it
    if (event.type === "reset") return this.restart(event.sequence);
    if (event.type !== "row" && event.type !== "deleted") return;
    this.#events.push(event);
    if (this.#events.length > eventsMax) this.#after = this.#events.shift()?.sequence ?? this.#after;
  }

  /** Forgets what it holds, and knows all that comes after a change number. */
  restart(after: number): void {
    this.#events = [];
    this.#after = after;
  }

  /** What came after a change number, and whether that is all of it. */
  since(sequence: number): { events: LiveEvent[]; isWhole: boolean } {
    return {
      events: this.#events.filter((event) => event.sequence > sequence),
      isWhole: sequence >= this.#after,
    };
  }
}
