import type { Hub } from "./hub.ts";

// Next gives pages, route handlers and instrumentation separate module graphs, so the one hub lives on globalThis
const slot = Symbol.for("pocketsoc.streams");
const holder = globalThis as { [slot]?: { hub: Hub | null; ended: boolean } };
const hubState = () => (holder[slot] ??= { hub: null, ended: false });

/** Returns this process's hub. The first call opens the hub. */
export function processHub(open: () => Hub): Hub {
  const state = hubState();
  state.hub ??= open();
  if (state.ended) state.hub.close();
  return state.hub;
}

/** Ends this process's streams. From then on, the hub refuses new streams. */
export function endStreams(): void {
  const state = hubState();
  state.ended = true;
  state.hub?.close();
}
