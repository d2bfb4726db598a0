import type { Hub } from "./hub.ts";

// Next gives pages, route handlers and instrumentation separate module graphs, so the one hub lives on globalThis
const slot = Symbol.for("pocketsoc.streams");
const holder = globalThis as { [slot]?: { hub: Hub | null; ended: boolean } };
const hubState = () => (holder[slot] ??= { hub: null, ended: false });

/** This process's hub, opened at first use. While the process is ending it accepts no streams. */
export function processHub(open: () => Hub): Hub {
  const state = hubState();
  state.hub ??= open();
  if (state.ended) state.hub.close();
  return state.hub;
}

/** Ends this process's streams and accepts no new ones. */
export function endStreams(): void {
  const state = hubState();
  state.ended = true;
  state.hub?.close();
}
