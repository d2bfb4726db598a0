"use client";

import { useEffect, useRef, useState } from "react";
import type { Beat } from "#lib/domain/beat.ts";
import { problemOfCall } from "./use-action.ts";

/**
 * The final event of a stream whose request failed. `outdated` is a message if the page is older than the portal, and ""
 * otherwise.
 */
export type Unreachable = { type: "unreachable"; outdated: string };

/** Tells the server that the person has abandoned a run. The browser sends this message even after the page is closed. */
function abandon(runId: string): void {
  const body = new Blob([JSON.stringify({ id: runId })], { type: "application/json" });
  navigator.sendBeacon("/api/settings/abandoned-runs", body);
}

const isBeat = (event: { type: string }): event is Beat => event.type === "beat";

/**
 * Runs a server action that streams events, and returns its events so far. A second run, or leaving the page, abandons the
 * first run.
 */
export function useStream<E extends { type: string }>() {
  const [events, setEvents] = useState<(E | Unreachable)[]>([]);
  const [failed, setFailed] = useState<Extract<E, { type: "failed" }> | null>(null);
  const [busy, setBusy] = useState(false);
  const current = useRef<string | null>(null);
  useEffect(
    () => () => {
      if (current.current) abandon(current.current);
      current.current = null;
    },
    [],
  );

  async function run(
    start: (runId: string) => Promise<AsyncIterable<E | Beat>> | AsyncIterable<E | Beat>,
    onEvent?: (event: E) => void,
  ): Promise<void> {
    const mine = crypto.randomUUID();
    if (current.current) abandon(current.current);
    current.current = mine;
    setBusy(true);
    setEvents([]);
    try {
      // an action's type says generator, but over the wire it is a promise of one
      for await (const event of await start(mine)) {
        if (mine !== current.current) return;
        if (isBeat(event)) continue;
        setEvents((before) => [...before, event]);
        // a failure stays on screen during a retry
        if (event.type === "failed") setFailed(event as Extract<E, { type: "failed" }>);
        else if (event.type !== "step" && event.type !== "verified") setFailed(null);
        onEvent?.(event);
      }
    } catch (error) {
      const lost: Unreachable = { type: "unreachable", outdated: problemOfCall(error, "") };
      if (mine === current.current) setEvents((before) => [...before, lost]);
    } finally {
      if (mine === current.current) {
        current.current = null;
        setBusy(false);
      }
    }
  }
  /** removes the outcome of the last run */
  function clear(): void {
    setEvents([]);
    setFailed(null);
  }
  return { events, failed, busy, run, clear };
}
