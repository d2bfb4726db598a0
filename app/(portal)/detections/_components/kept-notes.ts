/** The notes of status changes that weren't stored, so that nobody types one twice. They stay in this tab, also over a reload. */
const keyOf = (ids: readonly string[]) => `pocketsoc.note ${ids.toSorted().join(" ")}`;

/** Returns the note that was kept for these detections, or "". */
export function keptNote(ids: readonly string[]): string {
  return inStorage((storage) => storage.getItem(keyOf(ids))) ?? "";
}

/** Keeps a note for these detections. With "", forgets the one that was kept. */
export function keepNote(ids: readonly string[], note: string): void {
  inStorage((storage) => (note ? storage.setItem(keyOf(ids), note) : storage.removeItem(keyOf(ids))));
}

/** Returns null if the browser lets pages store nothing, or not as much. */
function inStorage<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(sessionStorage);
  } catch {
    // a note that isn't kept costs typing it again
    return null;
  }
}
