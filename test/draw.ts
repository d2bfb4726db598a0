import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { onTestFinished } from "vitest";

/**
 * Renders a node into the document, for tests with `@vitest-environment happy-dom`. `again` renders another node in the
 * same place and keeps state and effects. The node is removed when the test ends.
 */
export async function draw(node: ReactNode): Promise<{
  place: HTMLElement;
  again: (next: ReactNode) => Promise<void>;
}> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const place = document.body.appendChild(document.createElement("div"));
  // no output for errors that a boundary caught: tests check those
  const root = createRoot(place, { onCaughtError: () => {} });
  const again = (next: ReactNode) => act(async () => root.render(next));
  onTestFinished(async () => {
    await act(async () => root.unmount());
    place.remove();
  });
  await again(node);
  return { place, again };
}
