"use client";

import { useEffect, useRef } from "react";

const storageName = "pocketsoc.keys";

/** Whether single-key shortcuts are on in this browser. WCAG 2.1.4 requires a setting that switches such shortcuts off. */
export function keysAreOn(): boolean {
  return localStorage.getItem(storageName) !== "off";
}

export function switchKeys(on: boolean): void {
  localStorage.setItem(storageName, on ? "on" : "off");
}

const typing = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";
/** matches the elements of a popover; there, the browser itself handles Escape */
const popover = "[popover], [popovertarget]";

/**
 * Calls `keys["g"]` for a single key, and `keys["g d"]` for two keys in a row. Ignores keys while the person types, holds a
 * modifier key, or has a popover or dialog open. "?" works even if shortcuts are off, so that people can find the setting.
 */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  const held = useRef(keys);
  useEffect(() => {
    held.current = keys;
  });
  useEffect(() => {
    let before = "";
    let beforeAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(`${typing}, ${popover}`) || document.querySelector("dialog[open]")) return;
      if (event.key !== "?" && event.key !== "Escape" && !keysAreOn()) return;
      // Caps Lock alone is no Shift
      const key = event.shiftKey || event.key.length > 1 ? event.key : event.key.toLowerCase();
      const pair = Date.now() - beforeAt < 1_000 ? `${before} ${key}` : "";
      before = key;
      beforeAt = Date.now();
      const call = held.current[pair] ?? held.current[key];
      if (!call) return;
      event.preventDefault();
      call(event);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
