import type { Hub } from "./hub.ts";

// pages, route handlers and what runs at start are separate module graphs: one hub for all hangs on globalThis
const slot = Symbol.for("pocketsoc.streams");
const holder = globalThis as { [slot]?: { hub: Hub | null; ended: boolean } };
const held = () => (holder[slot] ??= { hub: null, ended: false });

/** This process's hub, opened at first use; one that takes no streams once the process is ending. */
export function processHub(open: () => Hub): Hub {
  const one = held();
  one.hub ??= open();
  if (one.ended) one.hub.close();
  return one.hub;
}

/** Ends this process's streams, and takes no new ones. */
export function endStreams(): void {
  const one = held();
  one.ended = true;
  one.hub?.close();
}
