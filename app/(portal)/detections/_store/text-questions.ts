import type { FeedItem, FeedPage } from "#lib/triage/list.ts";
import type { Filters } from "./feed-address.ts";
import { matchOf, type Reader } from "./feed-match.ts";
import type { Change } from "./feed-state.ts";

const askAfterMs = 400;
const askAgainMs = 3_000;
const idsMax = 50;

/** Asks the server, for many rows at once, whether the rows contain the searched text. */
export class TextQuestions {
  readonly #rows = new Map<string, FeedItem>();
  /** sends the question for these rows; resolves to false if the server didn't answer */
  readonly #ask: (ids: string[]) => Promise<boolean>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: (ids: string[]) => Promise<boolean>) {
    this.#ask = ask;
  }

  add(row: FeedItem): void {
    this.#rows.set(row.id, row);
    this.#timer ??= setTimeout(() => void this.#turn(), askAfterMs);
  }

  drop(id: string): void {
    this.#rows.delete(id);
  }

  clear(): void {
    this.#rows.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #turn(): Promise<void> {
    const asked = [...this.#rows.values()].slice(0, idsMax);
    for (const { id } of asked) this.#rows.delete(id);
    const timer = this.#timer;
    const isAnswered = await this.#ask(asked.map(({ id }) => id));
    // cleared meanwhile: the question belonged to other filters
    if (timer !== this.#timer) return;
    this.#timer = undefined;
    if (!isAnswered) for (const row of asked) if (!this.#rows.has(row.id)) this.#rows.set(row.id, row);
    if (this.#rows.size > 0) this.#timer = setTimeout(() => void this.#turn(), askAgainMs);
  }
}

/** Converts the server's answer into changes of a list with these filters. The answer's `holding` has the rows with the text. */
export const changesIn = ({ items, holding }: FeedPage, filters: Filters, reader: Reader): Change[] =>
  items.map((item) => ({
    type: "row",
    item,
    matches: matchOf(filters, item, reader) !== "no" && holding.includes(item.id),
  }));
