import { Store } from "#components/ui/store.ts";
import { bulkMax } from "#lib/domain/triage.ts";
import type { FeedItem } from "#lib/triage/list.ts";

/** Which rows of the feed are open, current and selected. */
export type Look = {
  /** the id of the detection in the pane */
  openId: string | null;
  /** the id of the row that keyboard shortcuts act on */
  currentId: string | null;
  chosen: ReadonlySet<string>;
  /** the id of the row from which Shift extends the selection */
  anchor: string | null;
  /** whether phones show checkboxes */
  isSelecting: boolean;
};

type Options = {
  items: () => readonly FeedItem[];
  openId: string | null;
  onOpen: (id: string | null) => void;
};

/** Which rows of the feed are open, current and selected. At most as many rows can be selected as one request can change. */
export class FeedView extends Store<Look> {
  readonly #items: Options["items"];
  readonly #onOpen: Options["onOpen"];

  constructor({ items, openId, onOpen }: Options) {
    super({ openId, currentId: null, chosen: new Set(), anchor: null, isSelecting: false });
    this.#items = items;
    this.#onOpen = onOpen;
  }

  /** The ids of the selected rows that are still in the list. */
  readonly selected = (): ReadonlySet<string> => {
    const { chosen } = this.get();
    if (chosen.size === 0) return chosen;
    return new Set(this.#items().flatMap(({ id }) => (chosen.has(id) ? [id] : [])));
  };

  /** The ids of rows that must stay in the list, because they are selected or open. */
  readonly keeps = (): ReadonlySet<string> => {
    const { openId } = this.get();
    return openId ? new Set([...this.selected(), openId]) : this.selected();
  };

  /** The rows that a shortcut or the bulk bar acts on: the selected rows, or else the open row, or else the current row. */
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

  /**
   * Goes on to the next row that isn't in `leaving`, or else to the one before, if the current row leaves the list. Returns its id, or
   * null if the current row stays.
   */
  readonly passOver = (leaving: ReadonlySet<string>): string | null => {
    const items = this.#items();
    const { currentId, openId } = this.get();
    if (!currentId || !leaving.has(currentId)) return null;
    const at = items.findIndex(({ id }) => id === currentId);
    const stays = ({ id }: FeedItem) => !leaving.has(id);
    const next = items.slice(at).find(stays) ?? items.slice(0, Math.max(0, at)).findLast(stays);
    if (openId && leaving.has(openId)) this.open(next?.id ?? null);
    this.change({ currentId: next?.id ?? null });
    return next?.id ?? null;
  };

  readonly focus = (id: string): void => this.change({ currentId: id });

  /**
   * Moves the current row by `step`. If a detection is open, opens the new current row instead. `extend` selects the old and
   * the new current row. Returns the id of the new current row.
   */
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

  /** Selects or deselects a row. With `extend`, selects all rows between the row that was toggled last and this row. */
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
