/** A value that components can observe. The value is never modified, only replaced. */
export class Store<T extends object> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  /** Calls `listener` whenever the value is replaced. Returns a function that stops the calls. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Replaces the value with a copy in which `parts` are changed. Does nothing if no part differs. */
  protected change(parts: Partial<T>): void {
    const before = this.#value;
    if (Object.entries(parts).every(([name, part]) => Object.is(before[name as keyof T], part))) return;
    this.#value = { ...before, ...parts };
    for (const listener of this.#listeners) listener();
  }
}
