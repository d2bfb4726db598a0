/** for this long after the window has the focus again, no key decides anything */
const afterFocusMs = 500;
/** within this time, a key that follows another decides nothing about another row */
const anotherRowMs = 400;

let focusedAt = Number.NEGATIVE_INFINITY;
let last = { at: Number.NEGATIVE_INFINITY, on: "" };

/** Notes that the window has the focus again. */
export function noteWindowFocus(): void {
  focusedAt = performance.now();
}

/**
 * Whether a key that decides something about the rows `on` may act. A key that is held down doesn't, nor does one right after the window
 * had the focus again, nor a second press that hits another row because the first one has left.
 */
export function mayAct(event: KeyboardEvent, on: readonly string[]): boolean {
  const now = performance.now();
  const rows = on.join();
  if (event.repeat || now - focusedAt < afterFocusMs) return false;
  if (now - last.at < anotherRowMs && last.on !== rows) return false;
  last = { at: now, on: rows };
  return true;
}
