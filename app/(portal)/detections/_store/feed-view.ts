import { Store } from "#components/ui/store.ts";
import { bulkMax } from "#lib/domain/triage.ts";
import type { FeedItem } from "#lib/triage/list.ts";

/** The open, current and selected rows. */
export type Look = {
  /** the detection in the pane */
  openId: string | null;
  /** the row that keyboard shortcuts act on */
  currentId: string | null;
  chosen: ReadonlySet<string>;
  /** where Shift extends the selection from */
  anchor: string | null;
  /** whether phones show checkboxes */
  isSelecting: boolean;
};

type Options = {
  items: () => readonly FeedItem[];
  openId: string | null;
  onOpen: (id: string | null) => void;
};

/** The rows that are open, current and selected in the feed. At most one request's worth can be selected. */
export class FeedView extends Store<Look> {
  readonly #items: Options["items"];
  readonly #onOpen: Options["onOpen"];

  constructor({ items, openId, onOpen }: Options) {
    super({ openId, currentId: null, chosen: new Set(), anchor: null, isSelecting: false });
    this.#items = items;
    this.#onOpen = onOpen;
  }

  /** The selected rows that are still in the list. */
  readonly selected = (): ReadonlySet<string> => {
    const { chosen } = this.get();
    if (chosen.size === 0) return chosen;
    return new Set(this.#items().flatMap(({ id }) => (chosen.has(id) ? [id] : [])));
  };

  /** Rows that must stay in the list, because they are selected or open. */
  readonly keeps = (): ReadonlySet<string> => {
    const { openId } = this.get();
    return openId ? new Set([...this.selected(), openId]) : this.selected();
  };

  /** The rows that a key or the bulk bar acts on: the selection, else the open or current row. */
  readonly targets = (): FeedItem[] => {
    const { openId, currentId } = this.get();
    const selected = this.selected();
    const ids = selected.size > 0 ? selected : new Set([openId ?? currentId]);
    return this.#items().filter(({ id }) => ids.has(id));
  };

  readonly open = (id: string | null): void => {
    this.change({ openId: id });
    this.#onOpen(id);
  };

  readonly focus = (id: string): void => this.change({ currentId: id });

  /** Moves the current row, and the open one with it. `extend` selects the rows in between. Returns the new current row. */
  readonly move = (step: number, extend: boolean): string | null => {
    const items = this.#items();
    const { currentId, openId } = this.get();
    const at = items.findIndex(({ id }) => id === currentId);
    const next = items[Math.min(items.length - 1, Math.max(0, at + step))];
    if (!next) return null;
    if (extend) this.add([currentId ?? next.id, next.id]);
    this.focus(next.id);
    if (openId) this.open(next.id);
    return next.id;
  };

  readonly add = (ids: readonly string[]): void =>
    this.change({ chosen: new Set([...this.selected(), ...ids].slice(0, bulkMax)) });

  /** Selects or deselects a row. `extend` selects all rows from the last one to it. */
  readonly toggle = (id: string, extend: boolean): void => {
    const items = this.#items();
    const from = items.findIndex((item) => item.id === this.get().anchor);
    const to = items.findIndex((item) => item.id === id);
    this.change({ anchor: id });
    if (extend && from >= 0 && to >= 0)
      return this.add(items.slice(Math.min(from, to), Math.max(from, to) + 1).map((item) => item.id));
    const chosen = new Set(this.selected());
    if (!chosen.delete(id)) chosen.add(id);
    this.change({ chosen });
  };

  readonly addAll = (): void => this.add(this.#items().map(({ id }) => id));

  readonly clear = (): void => this.change({ chosen: new Set(), anchor: null });

  readonly switchSelecting = (): void => {
    const { isSelecting } = this.get();
    if (isSelecting) this.clear();
    this.change({ isSelecting: !isSelecting });
  };
}
