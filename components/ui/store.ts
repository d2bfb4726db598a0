/** A value that others follow. What it holds is never changed, only replaced. */
export class Store<T extends object> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  /** Calls back whenever the value is another; returns what ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Puts a value in the place of the one before, with these parts of it changed; where none is another, nothing happens. */
  protected change(parts: Partial<T>): void {
    const before = this.#value;
    if (Object.entries(parts).every(([name, part]) => Object.is(before[name as keyof T], part))) return;
    this.#value = { ...before, ...parts };
    for (const listener of this.#listeners) listener();
  }
}
