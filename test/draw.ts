import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { onTestFinished } from "vitest";

/**
 * Draws a node into the document, for tests that say `@vitest-environment happy-dom`; drawn again, its effects and
 * state go on. Gone when the test ends.
 */
export async function draw(node: ReactNode): Promise<{
  place: HTMLElement;
  again: (next: ReactNode) => Promise<void>;
}> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const place = document.body.appendChild(document.createElement("div"));
  // what a boundary took is for the test to look at
  const root = createRoot(place, { onCaughtError: () => {} });
  const again = (next: ReactNode) => act(async () => root.render(next));
  onTestFinished(async () => {
    await act(async () => root.unmount());
    place.remove();
  });
  await again(node);
  return { place, again };
}
